/** The norm of the gradient before clipping. */
import { t } from '@vscode/l10n';
import type { ChartDefinition } from './chart.ts';

export const gradientNorm: ChartDefinition = {
  id: 'gradient-norm',
  title: () => t('Gradient norm'),
  lines: [{ series: 'grad_norm', role: 'train', isSmoothed: true }],
};
