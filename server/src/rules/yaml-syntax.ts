/** What keeps the engine from reading the text at all, in words. */
import { t } from '@vscode/l10n';
import type { ConfigDocument, ConfigFormat } from '../text/document.ts';
import type { TextProblem } from '../text/nodes.ts';
import type { Rule } from './rule.ts';
import { syntaxFixes } from './syntax-fixes.ts';

export const yamlSyntax: Rule = {
  id: 'yaml-syntax',
  needs: 'text',
  isCheap: false,
  *check({ document }) {
    for (const problem of document.problems) {
      yield {
        message: messageOf(problem, document.format),
        path: [],
        range: visibleRange(document, problem),
        severity: 'error',
        fixes: syntaxFixes(document, problem),
      };
    }
  },
};

/** At least one character, and never more than the first line of a broken part. */
function visibleRange({ text }: ConfigDocument, { range }: TextProblem): TextProblem['range'] {
  const start = Math.min(range.start, Math.max(0, text.length - 1));
  const lineBreak = text.indexOf('\n', start);
  const lineEnd = lineBreak < 0 ? text.length : lineBreak;
  return { start, end: Math.max(Math.min(range.end, lineEnd), Math.min(start + 1, text.length)) };
}

function messageOf({ code, subject = '' }: TextProblem, format: ConfigFormat): string {
  switch (code) {
    case 'tab':
      return t('A tab stands where the engine only reads spaces.');
    case 'bad-character':
      return t('The character {0} may not stand here.', subject);
    case 'bad-indentation':
      return t('This line is not indented as its neighbors are.');
    case 'key-without-colon':
      return t('A colon is missing: a line holds a key, a colon, a space and a value.');
    case 'missing-character':
      return subject === ',' || subject === ':'
        ? t('"{0}" is missing here.', subject)
        : t('Something is missing here: a colon with a space, a comma, or a closing bracket or quote.');
    case 'nested-mapping':
      return t('A second "key: value" stands on this line. Put a value with a colon in quotes.');
    case 'bad-scalar-start':
      return t('A value cannot begin with "{0}". Put it in quotes.', subject.slice(0, 1));
    case 'question-mark-in-flow':
      return t('A text with "?" inside brackets must be in quotes.');
    case 'block-in-flow':
      return t('Inside brackets, elements are separated by commas rather than by lines.');
    case 'bad-escape':
      return format === 'json'
        ? t('A backslash begins an escape, and this one is not known. Write "\\\\" for a backslash.')
        : t('An escape in double quotes is not known. Use single quotes, or write "\\\\" for a backslash.');
    case 'bad-alias':
      return t('The alias {0} has no anchor before it.', subject);
    case 'alias-loop':
      return t('The alias {0} stands inside its own anchor.', subject);
    case 'duplicate-anchor':
      return t('The anchor {0} is already taken.', subject);
    case 'bad-merge':
      return t('"<<" takes a mapping, or a list of mappings.');
    case 'bad-tag':
      return t('The tag {0} means nothing to the engine.', subject);
    case 'bad-value':
      return t('"{0}" looks like a number or a date and is none. Put it in quotes.', subject);
    case 'value-indicator':
      return t('A lone "{0}" must be in quotes.', subject);
    case 'bad-key':
      return t('This cannot be a key: write a name before the colon.');
    case 'bad-directive':
      return t('Lines that begin with "%" are instructions of YAML, and this one is not known.');
    case 'second-document':
      return t('A second document begins here, and the engine reads one a file.');
    case 'nested-too-deeply':
      return t('The values are nested too deeply.');
    case 'dash-without-space':
      return t('A space is missing after the dash.');
    case 'unclosed':
      return t('What begins here is not closed: {0} is missing.', subject);
    case 'json-comma':
      return t('JSON takes no comma after the last element.');
    case 'json-comment':
      return t('JSON knows no comments.');
    case 'json-quote':
      return t('JSON takes double quotes only.');
    case 'json-word':
      return t('JSON writes true, false and null in small letters.');
    case 'json-syntax':
      return t('JSON expects something else here.');
    case 'unexpected':
      return t('"{0}" is not expected here.', subject.slice(0, 20));
  }
}
