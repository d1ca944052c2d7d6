/** A number of ours below the least that makes sense, or a text that may not be empty. */
import { t } from '@vscode/l10n';
import { type Place, placesOf, rangeToMark } from './places.ts';
import type { Rule } from './rule.ts';

export const outOfRange: Rule = {
  id: 'out-of-range',
  needs: 'keys',
  isCheap: false,
  *check(context) {
    for (const place of placesOf(context)) {
      const message = objectionTo(place);
      if (message === undefined) continue;
      const range = rangeToMark(context.document.text, place);
      yield { message, path: place.path, range, severity: 'error' };
    }
  },
};

function objectionTo({ shape, node, path }: Place): string | undefined {
  if (node.kind !== 'scalar') return undefined;
  const { value } = node;
  const name = String(path.at(-1) ?? '');
  if (shape.kind === 'string' && shape.isFilled && value.type === 'string' && value.value === '') {
    return t('{0} may not be empty.', name);
  }
  if ((shape.kind !== 'integer' && shape.kind !== 'number') || shape.minimum === undefined) return undefined;
  const isBelow =
    (value.type === 'integer' || value.type === 'number') && Number(value.value) < shape.minimum;
  return isBelow ? t('{0} is at least {1}.', name, shape.minimum) : undefined;
}
