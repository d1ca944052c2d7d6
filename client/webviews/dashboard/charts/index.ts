/** Every chart that knows its series, in the order on the page; a new chart is a file and a line here. */
import type { ChartDefinition } from './chart.ts';
import { gradientNorm } from './gradient-norm.ts';
import { learningRate } from './learning-rate.ts';
import { loss } from './loss.ts';
import { tokenAccuracy } from './token-accuracy.ts';

export const CHARTS: readonly ChartDefinition[] = [loss, learningRate, gradientNorm, tokenAccuracy];
