/** Judges values of our own keys by their type in YAML, as the bridge does when it decodes them. */
import { t } from '@vscode/l10n';
import type { Shape } from '../schema/shape.ts';
import type { ConfigDocument } from '../text/document.ts';
import type { ConfigNode } from '../text/nodes.ts';
import { type Place, rangeToMark } from './places.ts';
import { removalOf } from './removal.ts';
import type { Fix, RuleContext, RuleFinding } from './rule.ts';
import { written } from './written.ts';

/** A finding where the value's type does not fit the shape. */
export function ownTypeFinding({ document }: RuleContext, place: Place): RuleFinding | undefined {
  const { shape, node, path, entry } = place;
  const wanted = fits(shape, node) ? undefined : wantedInWords(shape);
  // The document as a whole is judged by a rule of its own.
  if (wanted === undefined || path.length === 0) return undefined;
  return {
    message: t('{0} takes {1}.', String(path.at(-1)), wanted),
    path,
    range: rangeToMark(document.text, place),
    // A variable can hold no structure, and yet the engine takes it, as Python writes it.
    severity: shape.kind === 'text' ? 'warning' : 'error',
    fixes: [...quoteFix(document, shape, node), ...(isNull(node) && entry ? removalOf(document, entry) : [])],
  };
}

function fits(shape: Shape, node: ConfigNode): boolean {
  const type = node.kind === 'scalar' ? node.value.type : node.kind;
  switch (shape.kind) {
    case 'any':
    case 'argument':
      return true;
    case 'text':
      return node.kind === 'scalar';
    case 'boolean':
      return type === 'boolean';
    case 'integer':
      return type === 'integer';
    case 'number':
      return type === 'integer' || type === 'number';
    case 'string':
      return type === 'string';
    case 'choice':
      // A scalar is judged against the choices by the rule not-a-choice.
      return node.kind === 'scalar';
    case 'list':
      return type === 'list';
    case 'mapping':
      return type === 'mapping';
    case 'record':
      return type === 'mapping' || (type === 'null' && shape.isNullable);
  }
}

function wantedInWords(shape: Shape): string {
  switch (shape.kind) {
    case 'boolean':
      return t('true or false');
    case 'integer':
      return t('a whole number');
    case 'number':
      return t('a number with a point, such as 0.5 or 10');
    case 'list':
      return t('a list');
    case 'mapping':
    case 'record':
      return t('a mapping of keys to values');
    case 'choice':
    case 'text':
      return t('a single value');
    default:
      return t('a text');
  }
}

function isNull(node: ConfigNode): boolean {
  return node.kind === 'scalar' && node.value.type === 'null';
}

function quoteFix({ text, format }: ConfigDocument, shape: Shape, node: ConfigNode): readonly Fix[] {
  if (shape.kind !== 'string' || node.kind !== 'scalar' || isNull(node)) return [];
  const quoted = written(text.slice(node.range.start, node.range.end), format);
  return [{ title: t('Change to {0}', quoted), edits: [{ range: node.range, newText: quoted }] }];
}
