/** A file that holds nothing but blanks and comments. */
import { t } from '@vscode/l10n';
import type { Rule } from './rule.ts';

export const emptyFile: Rule = {
  id: 'empty-file',
  needs: 'text',
  isCheap: true,
  *check({ document, subject }) {
    if (document.condition !== 'empty') return;
    yield {
      message:
        subject.kind === 'targets'
          ? t('No targets yet. Write "targets:" and name the first place to run below it.')
          : t('This config is empty. Start with "model:" and "dataset:".'),
      path: [],
      range: { start: 0, end: 0 },
      severity: 'information',
    };
  },
};
