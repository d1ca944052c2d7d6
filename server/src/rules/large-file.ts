/** A text too large to be judged as a whole. */
import { t } from '@vscode/l10n';
import type { Rule } from './rule.ts';

export const largeFile: Rule = {
  id: 'large-file',
  needs: 'text',
  isCheap: true,
  *check({ document }) {
    if (document.condition !== 'large') return;
    const megabytes = (document.text.length / 1_000_000).toFixed(1);
    yield {
      message: t('This config has {0} MB. Above 1 MB only the names of its keys are checked.', megabytes),
      path: [],
      range: { start: 0, end: 0 },
      severity: 'information',
    };
  },
};
