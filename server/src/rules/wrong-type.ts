/** A value of a kind that does not fit: for the engine judged as its parser judges text, for our own keys by type. */
import { t } from '@vscode/l10n';
import type { FindingSeverity } from '../../../protocol/src/finding.ts';
import type { SchemaArgument } from '../../../protocol/src/schema.ts';
import { type Objection, objectionsTo } from '../schema/parser-verdict.ts';
import { typeInWords } from '../schema/words.ts';
import type { ConfigNode } from '../text/nodes.ts';
import { missingSpaceFixes } from './missing-space.ts';
import { ownTypeFinding } from './own-type.ts';
import { type Place, passesOverUnknown, placesOf, rangeToMark } from './places.ts';
import { removalOf } from './removal.ts';
import type { Fix, Rule, RuleContext, RuleFinding } from './rule.ts';
import { written } from './written.ts';

export const wrongType: Rule = {
  id: 'wrong-type',
  needs: 'keys',
  isCheap: false,
  *check(context) {
    const passesOver = passesOverUnknown(context);
    for (const place of placesOf(context)) {
      if (place.shape.kind === 'argument')
        yield* engineFindings(context, place, { argument: place.shape.argument, passesOver });
      else {
        const finding = ownTypeFinding(context, place);
        if (finding) yield finding;
      }
    }
  },
};

function* engineFindings(
  context: RuleContext,
  place: Place,
  { argument, passesOver }: { readonly argument: SchemaArgument; readonly passesOver: boolean },
): Generator<RuleFinding> {
  for (const objection of objectionsTo(argument, place.node)) {
    if (objection.kind === 'not-a-choice') continue;
    const { node } = objection;
    const isWhole = node === place.node && place.entry;
    yield {
      message: messageOf(argument, objection),
      path: place.path,
      range: rangeToMark(context.document.text, { node, ...(isWhole ? { entry: place.entry } : {}) }),
      severity: severityOf(objection, passesOver),
      fixes: fixesOf(context, place, objection),
    };
  }
}

function severityOf({ kind, isRefused }: Objection, passesOver: boolean): FindingSeverity {
  if (kind === 'single-in-list') return 'information';
  // The values after the first are to the parser what unknown keys are.
  return isRefused && !(kind === 'several-values' && passesOver) ? 'error' : 'warning';
}

function messageOf(argument: SchemaArgument, { kind, node, text }: Objection): string {
  const { name } = argument;
  switch (kind) {
    case 'several-values':
      return t('{0} takes one value, not a list.', name);
    case 'single-in-list':
      return t('{0} takes one value; the brackets are not needed.', name);
    case 'no-value':
      return t('{0} needs at least one value. Remove the line to keep the default.', name);
    case 'empty-list-is-true':
      return t('An empty list turns {0} on. Write true or false.', name);
    case 'nested-in-list':
      return t('{0} takes a list of single values; the engine would get this element as Python text.', name);
    case 'mapping-as-text':
      return t('{0} takes a text; the engine would get this mapping as JSON text.', name);
    case 'never-taken':
      return t('The command of the engine takes no value for {0}, whatever it is. Remove the line.', name);
    case 'not-json':
      return t(
        'The engine hands {0} on as JSON, which knows no dates and no bytes. Put {1} in quotes.',
        name,
        text,
      );
    case 'boolean-as-text':
      return t(
        'YAML reads this as a truth value, and {0} would get the text {1}. Put it in quotes.',
        name,
        text,
      );
    case 'reads-as-option':
      return t('The engine takes {0} for the name of an argument, since it begins with a dash.', text);
    case 'wrong-type':
    case 'not-a-choice':
      if (isNull(node)) {
        return t(
          '{0} takes {1}, and an empty value is the text None. Remove the line to keep the default.',
          name,
          typeInWords(argument),
        );
      }
      return node.kind === 'mapping'
        ? t('{0} takes {1}, not a mapping.', name, typeInWords(argument))
        : t('{0} takes {1}, not "{2}".', name, typeInWords(argument), text.slice(0, 60));
  }
}

function isNull(node: ConfigNode): boolean {
  return node.kind === 'scalar' && node.value.type === 'null';
}

function fixesOf({ document }: RuleContext, { shape, entry }: Place, objection: Objection): readonly Fix[] {
  const { kind, node } = objection;
  const source = document.text.slice(node.range.start, node.range.end);
  const replaceBy = (newText: string): Fix => ({
    title: t('Change to {0}', newText),
    edits: [{ range: node.range, newText }],
  });
  if (kind === 'no-value' || kind === 'never-taken' || isNull(node))
    return entry ? removalOf(document, entry) : [];
  if (kind === 'empty-list-is-true') return [replaceBy('true'), replaceBy('false')];
  if (kind === 'boolean-as-text' || kind === 'not-json')
    return [replaceBy(written(source.trim(), document.format))];
  if (kind === 'single-in-list' && node.kind === 'list' && node.isFlow) {
    const [item] = node.items;
    return item ? [replaceBy(document.text.slice(item.range.start, item.range.end))] : [];
  }
  if (kind === 'reads-as-option' && /^-[^\s-]/.test(source) && shape.kind === 'argument') {
    return optionFixes(document.text, objection, shape.argument);
  }
  if (kind === 'wrong-type' && shape.kind === 'argument' && shape.argument.types.includes('integer')) {
    const value = Number(objection.text);
    return objection.text.trim() !== '' && Number.isSafeInteger(value) ? [replaceBy(String(value))] : [];
  }
  return [];
}

/** `-1e-5` is no negative number to the parser, and `-1.0` is; `-item` is an element whose dash lacks its space. */
function optionFixes(text: string, { node }: Objection, argument: SchemaArgument): readonly Fix[] {
  const source = text.slice(node.range.start, node.range.end);
  const value = Number(source);
  if (argument.types.includes('number') && Number.isFinite(value)) {
    const newText = fixedText(value);
    return [{ title: t('Change to {0}', newText), edits: [{ range: node.range, newText }] }];
  }
  return argument.isList ? missingSpaceFixes(text, node.range) : [];
}

/** A number without an exponent. */
function fixedText(value: number): string {
  const digits = Math.min(20, Math.max(1, -Math.floor(Math.log10(Math.abs(value))) + 5));
  return value.toFixed(digits).replace(/0+$/, '').replace(/\.$/, '.0');
}
