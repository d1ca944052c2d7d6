/** Credentials that stand in the file for everybody to read. What they are appears in no message. */
import { t } from '@vscode/l10n';
import type { ConfigPath } from '../../../protocol/src/finding.ts';
import type { ConfigNode, Entry, ScalarNode, TextRange } from '../text/nodes.ts';
import { pythonText } from '../text/python-text.ts';
import {
  isLiteral,
  isSecretKey,
  isSecretVariable,
  markedSecret,
  mayHoldMarked,
  variableOf,
} from './credentials.ts';
import { rangeToMark } from './places.ts';
import type { Rule, RuleContext, RuleFinding } from './rule.ts';
import { written } from './written.ts';

export const secretInFile: Rule = {
  id: 'secret-in-file',
  needs: 'keys',
  isCheap: false,
  *check(context) {
    const { document, subject } = context;
    if (!('root' in subject) || document.root?.kind !== 'mapping') return;
    const seen = new Set<ConfigNode>();
    yield* below(context, document.root, { path: [], seen, isMarked: mayHoldMarked(document.text) });
  },
};

interface Trail {
  readonly path: ConfigPath;
  readonly entry?: Entry;
  /** What is shared through aliases is looked at once. */
  readonly seen: Set<ConfigNode>;
  /** The text holds something that looks like a service's key. */
  readonly isMarked: boolean;
}

function* below(context: RuleContext, node: ConfigNode, trail: Trail): Generator<RuleFinding> {
  if (trail.seen.has(node)) return;
  trail.seen.add(node);
  const { path, seen, isMarked } = trail;
  if (node.kind === 'scalar') {
    const finding = judge(context, node, trail);
    if (finding) yield finding;
  } else if (node.kind === 'list') {
    for (const [index, item] of node.items.entries())
      yield* below(context, item, { ...trail, path: [...path, index] });
  } else {
    for (const entry of node.entries)
      yield* below(context, entry.value, { path: [...path, entry.name], entry, seen, isMarked });
  }
}

function judge(
  context: RuleContext,
  node: ScalarNode,
  { path, entry, isMarked }: Trail,
): RuleFinding | undefined {
  const { text, format } = context.document;
  const name = String(path.findLast((step) => typeof step === 'string') ?? '');
  const isKept = path.length === 1 ? isSecretKey(name) : path.length === 2 && isSecretVariable(name);
  if (isKept && isLiteral(pythonText(node.value)) && node.value.type !== 'null') {
    const variable = path.length === 1 ? variableOf(name) : name;
    const newText = written(reference(variable), format);
    return finding(context, { node, entry, path, name, variable, range: node.range, newText });
  }
  const marked = isMarked ? markedSecret(text.slice(node.range.start, node.range.end)) : undefined;
  if (!marked) return undefined;
  const range = { start: node.range.start + marked.start, end: node.range.start + marked.end };
  return finding(context, {
    node,
    entry,
    path,
    name,
    variable: marked.variable,
    range,
    newText: reference(marked.variable),
  });
}

interface Secret {
  readonly node: ConfigNode;
  readonly entry: Entry | undefined;
  readonly path: ConfigPath;
  readonly name: string;
  readonly variable: string;
  readonly range: TextRange;
  readonly newText: string;
}

function finding({ document }: RuleContext, secret: Secret): RuleFinding {
  const { node, entry, path, name, variable, range, newText } = secret;
  const title = t('Write {0} and keep the secret outside of the file', reference(variable));
  return {
    message: t('{0} holds a secret that everybody who has this file can read.', name),
    path,
    range: rangeToMark(document.text, { node, ...(entry ? { entry } : {}) }),
    severity: 'warning',
    fixes: [{ title, edits: [{ range, newText }], keeps: { variable, range } }],
  };
}

function reference(variable: string): string {
  return `\${env:${variable}}`;
}
