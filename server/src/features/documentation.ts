/** What is said of a key, in Markdown: for the list of suggestions and for hovering. */
import { t, t as translate } from '@vscode/l10n';
import type { SchemaArgument } from '../../../protocol/src/schema.ts';
import { choicesOf, choiceText } from '../schema/parser-verdict.ts';
import type { Field, Shape } from '../schema/shape.ts';
import { typeInWords } from '../schema/words.ts';

const MAX_CHOICES_SHOWN = 24;

/** A key's type in a few words. */
export function typeOf(shape: Shape): string {
  switch (shape.kind) {
    case 'argument':
      return argumentType(shape.argument);
    case 'boolean':
      return t('true or false');
    case 'integer':
      return t('a whole number');
    case 'number':
      return t('a number');
    case 'list':
      return t('a list');
    case 'mapping':
    case 'record':
      return t('a mapping');
    case 'choice':
      return t('one of {0}', shape.choices.length);
    default:
      return t('a text');
  }
}

function argumentType(argument: SchemaArgument): string {
  const element = argument.choices ? t('one of {0}', choicesOf(argument).length) : typeInWords(argument);
  return argument.isList ? t('a list of: {0}', element) : element;
}

/** The default as it would be written; undefined where there is none to show. */
export function defaultOf(shape: Shape): string | undefined {
  if (shape.kind !== 'argument' || shape.argument.default === undefined) return undefined;
  const { default: value } = shape.argument;
  if (value === null) return undefined;
  if (Array.isArray(value)) return value.length === 0 ? undefined : `[${value.map(choiceText).join(', ')}]`;
  return typeof value === 'boolean' ? String(value) : choiceText(value);
}

/** Everything worth saying of a key. */
export function keyMarkdown(field: Field): string {
  const { shape } = field;
  const lines = [`**${field.name}**: ${typeOf(shape)}`];
  const facts = [];
  const standard = defaultOf(shape);
  if (standard !== undefined && standard !== '') facts.push(t('Default: {0}', `\`${standard}\``));
  if (field.isOwn) facts.push(t('A key of Tunewright; the engine gets what it stands for.'));
  if (facts.length > 0) lines.push(facts.join(' · '));
  const choices = choicesIn(shape);
  if (choices.length > 0) {
    const shown = choices.slice(0, MAX_CHOICES_SHOWN).map((choice) => `\`${choice}\``);
    lines.push(t('Choices: {0}', shown.join(', ') + (choices.length > shown.length ? ', …' : '')));
  }
  if (field.documentation !== undefined) {
    // Our own descriptions stand in the protocol, in English; the engine's words stay as they are.
    const text = field.isOwn ? translate(field.documentation) : field.documentation;
    lines.push(shape.kind === 'argument' ? asPlainMarkdown(text) : text);
  }
  if (shape.kind === 'argument') lines.push(`*${shape.argument.declaredIn}*`);
  return lines.join('\n\n');
}

function choicesIn(shape: Shape): readonly string[] {
  if (shape.kind === 'choice') return shape.choices;
  return shape.kind === 'argument' ? choicesOf(shape.argument) : [];
}

/** Docstrings are no Markdown: angle brackets and stars would vanish or style the rest. What stands in backticks is shown as it is. */
function asPlainMarkdown(text: string): string {
  return text
    .split(/(`[^`\n]+`)/)
    .map((part, index) =>
      index % 2 === 1 ? part : part.replaceAll('<', '&lt;').replaceAll(/([*_])/g, '\\$1'),
    )
    .join('');
}
