/** The learning rate: a schedule, so never smoothed. */
import { t } from '@vscode/l10n';
import type { ChartDefinition } from './chart.ts';

export const learningRate: ChartDefinition = {
  id: 'learning-rate',
  title: () => t('Learning rate'),
  lines: [{ series: 'learning_rate', role: 'train', isSmoothed: false }],
};
