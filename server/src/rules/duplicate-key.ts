/** A key that stands twice in the same mapping. */
import { t } from '@vscode/l10n';
import type { ConfigPath } from '../../../protocol/src/finding.ts';
import { lineNumberAt } from '../text/lines.ts';
import type { ConfigNode, Entry, MappingNode } from '../text/nodes.ts';
import { removalOf } from './removal.ts';
import type { Rule } from './rule.ts';

export const duplicateKey: Rule = {
  id: 'duplicate-key',
  needs: 'keys',
  isCheap: true,
  *check({ document }) {
    for (const { mapping, path } of mappingsIn(document.root, [], new Set())) {
      const last = new Map<string, Entry>();
      for (const entry of mapping.entries) if (!entry.isMerged) last.set(entry.name, entry);
      if (last.size === mapping.entries.length) continue;
      for (const entry of mapping.entries) {
        const winner = last.get(entry.name);
        if (entry.isMerged || !winner || winner === entry) continue;
        yield {
          message: t(
            '{0} is written again in line {1}, and the last one counts.',
            entry.name,
            lineNumberAt(document.text, winner.keyRange.start),
          ),
          path: [...path, entry.name],
          range: entry.keyRange,
          severity: 'warning',
          fixes: removalOf(document, entry),
          isUnused: true,
        };
      }
    }
  },
};

interface NestedMapping {
  readonly mapping: MappingNode;
  readonly path: ConfigPath;
}

/** Every mapping once; `seen` holds what was walked, since aliases share their content and can multiply. */
function* mappingsIn(
  node: ConfigNode | undefined,
  path: ConfigPath,
  seen: Set<readonly unknown[]>,
): Generator<NestedMapping> {
  if (!node || node.kind === 'scalar') return;
  const content = node.kind === 'list' ? node.items : node.entries;
  if (seen.has(content)) return;
  seen.add(content);
  if (node.kind === 'list') {
    for (const [index, item] of node.items.entries()) yield* mappingsIn(item, [...path, index], seen);
    return;
  }
  yield { mapping: node, path };
  for (const entry of node.entries) {
    if (!entry.isMerged) yield* mappingsIn(entry.value, [...path, entry.name], seen);
  }
}
