/** A mapping of ours without a key that it must have. */
import { t } from '@vscode/l10n';
import { lineAt } from '../text/lines.ts';
import { mappingsOf } from './places.ts';
import type { Rule } from './rule.ts';

export const missingKey: Rule = {
  id: 'missing-key',
  needs: 'keys',
  isCheap: false,
  *check(context) {
    for (const { shape, node, path } of mappingsOf(context)) {
      for (const field of shape.fields.values()) {
        if (!field.isRequired || node.entries.some((entry) => entry.name === field.name)) continue;
        yield {
          message: t('The key {0} is missing.', field.name),
          path,
          range: lineAt(context.document.text, node.range.start),
          severity: 'error',
        };
      }
    }
  },
};
