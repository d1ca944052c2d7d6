/** The share of tokens predicted right, training and evaluation together. */
import { t } from '@vscode/l10n';
import type { ChartDefinition } from './chart.ts';

export const tokenAccuracy: ChartDefinition = {
  id: 'token-accuracy',
  title: () => t('Token accuracy'),
  lines: [
    { series: 'token_acc', role: 'train', isSmoothed: true },
    { series: 'eval_token_acc', role: 'evaluation', isSmoothed: false },
  ],
};
