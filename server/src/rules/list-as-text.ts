/** Lines that begin with a dash and no space: one text of several lines to YAML, where a list was meant. */
import { t } from '@vscode/l10n';
import { missingSpaceFixes } from './missing-space.ts';
import { placesOf } from './places.ts';
import type { Rule } from './rule.ts';

export const listAsText: Rule = {
  id: 'list-as-text',
  needs: 'keys',
  isCheap: false,
  *check(context) {
    const { text } = context.document;
    for (const { shape, node, path } of placesOf(context)) {
      const takesList = shape.kind === 'list' || (shape.kind === 'argument' && shape.argument.isList);
      if (!takesList || node.kind !== 'scalar' || node.style !== 'plain') continue;
      const lines = text.slice(node.range.start, node.range.end).split('\n');
      if (lines.length < 2 || !lines.every((line) => /^\s*-[^\s-]/.test(line))) continue;
      yield {
        message: t('These lines are one text, since a space is missing after each dash.'),
        path,
        range: node.range,
        severity: 'warning',
        fixes: missingSpaceFixes(text, node.range),
      };
    }
  },
};
