/** A value that is none of those that may stand there. */
import { t } from '@vscode/l10n';
import { choicesOf, objectionsTo } from '../schema/parser-verdict.ts';
import type { ConfigNode } from '../text/nodes.ts';
import { pythonText } from '../text/python-text.ts';
import { nearestNames } from './nearest.ts';
import { type Place, placesOf, rangeToMark } from './places.ts';
import { removalOf } from './removal.ts';
import { VALUE_RENAMES } from './renames.ts';
import type { Fix, Rule, RuleContext, RuleFinding } from './rule.ts';
import { writtenForEngine } from './written.ts';

export const notAChoice: Rule = {
  id: 'not-a-choice',
  needs: 'keys',
  isCheap: false,
  *check(context) {
    for (const place of placesOf(context)) {
      const { shape } = place;
      if (shape.kind === 'choice')
        yield* judged(context, place, { node: place.node, choices: shape.choices });
      if (shape.kind !== 'argument' || !shape.argument.choices) continue;
      const choices = choicesOf(shape.argument);
      for (const { kind, node } of objectionsTo(shape.argument, place.node)) {
        if (kind === 'not-a-choice') yield* judged(context, place, { node, choices });
      }
    }
  },
};

interface Judged {
  readonly node: ConfigNode;
  readonly choices: readonly string[];
}

function* judged(context: RuleContext, place: Place, { node, choices }: Judged): Generator<RuleFinding> {
  if (node.kind !== 'scalar') return;
  const { value } = node;
  const isOwnChoice =
    place.shape.kind === 'choice' && value.type === 'string' && choices.includes(value.value);
  if (isOwnChoice) return;
  const { text, format } = context.document;
  const range = rangeToMark(text, { node, ...(place.entry ? { entry: place.entry } : {}) });
  const written = place.entry?.name ?? String(place.path.at(-1) ?? '');
  const key = place.shape.kind === 'argument' ? place.shape.argument.name : written;
  const source = text.slice(node.range.start, node.range.end);
  const likely = likelyChoices(key, source, { node, choices });
  const isNull = value.type === 'null';
  const replacements: Fix[] = (node.range.end > node.range.start ? likely : []).map((choice) => ({
    title: t('Change to {0}', writtenForEngine(choice, format)),
    edits: [{ range: node.range, newText: writtenForEngine(choice, format) }],
  }));
  yield {
    message: isNull
      ? t('{0} needs a value: {1}.', key, listed(choices))
      : t('{0} is not one of {1}.', pythonText(value), listed(choices)),
    path: place.path,
    range,
    severity: 'error',
    fixes: [...replacements, ...(isNull && place.entry ? removalOf(context.document, place.entry) : [])],
  };
}

/** What was probably meant: the same word before YAML read it as a boolean, a known other name, or a like spelling. */
function likelyChoices(key: string, source: string, { node, choices }: Judged): readonly string[] {
  const text = node.kind === 'scalar' ? pythonText(node.value) : '';
  const renamed = VALUE_RENAMES.get(key)?.get(text);
  const first = renamed !== undefined && choices.includes(renamed) ? [renamed] : [];
  const asWritten = choices.filter(
    (choice) => choice === source || choice.toLowerCase() === text.toLowerCase(),
  );
  const near = nearestNames(text, choices);
  const all = choices.length <= 6 ? choices : [];
  return [...new Set([...asWritten, ...first, ...near, ...all])].slice(0, 6);
}

function listed(choices: readonly string[]): string {
  const shown = choices.slice(0, 12).join(', ');
  return choices.length > 12 ? t('{0} and {1} more', shown, choices.length - 12) : shown;
}
