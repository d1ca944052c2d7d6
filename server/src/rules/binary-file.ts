/** A file that is no text. */
import { t } from '@vscode/l10n';
import type { Rule } from './rule.ts';

export const binaryFile: Rule = {
  id: 'binary-file',
  needs: 'text',
  isCheap: true,
  *check({ document }) {
    if (document.condition !== 'binary') return;
    yield {
      message: t('This file is not text, so it cannot be a config. Open a YAML or JSON file.'),
      path: [],
      range: { start: 0, end: 1 },
      severity: 'error',
    };
  },
};
