/** A text that is read, and is not keys with values. */
import { t } from '@vscode/l10n';
import { lineAt } from '../text/lines.ts';
import { missingSpaceFixes } from './missing-space.ts';
import type { Rule } from './rule.ts';

export const notAMapping: Rule = {
  id: 'not-a-mapping',
  needs: 'text',
  isCheap: false,
  *check({ document }) {
    const { root, problems, text } = document;
    if (!root || root.kind === 'mapping' || problems.length > 0) return;
    yield {
      message:
        root.kind === 'list'
          ? t('A config is a mapping of keys to values; this is a list.')
          : t('A config is a mapping of keys to values, such as "max_steps: 100"; this is a single value.'),
      path: [],
      range: lineAt(text, root.range.start),
      severity: 'error',
      fixes: missingSpaceFixes(text, root.range),
    };
  },
};
