/** The loss, training and evaluation together. */
import { t } from '@vscode/l10n';
import type { ChartDefinition } from './chart.ts';

export const loss: ChartDefinition = {
  id: 'loss',
  title: () => t('Loss'),
  lines: [
    { series: 'loss', role: 'train', isSmoothed: true },
    { series: 'eval_loss', role: 'evaluation', isSmoothed: false },
  ],
};
