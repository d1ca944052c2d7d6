/** A default target that the file of targets does not name. */
import { t } from '@vscode/l10n';
import { findEntry } from '../text/document.ts';
import { nearestNames } from './nearest.ts';
import { removalOf } from './removal.ts';
import type { Fix, Rule } from './rule.ts';
import { written } from './written.ts';

/** The target that every host has. source: tunewright_bridge/executors/targets.py: LOCAL */
const LOCAL = 'local';
const MAX_NAMES = 6;

export const unknownTarget: Rule = {
  id: 'unknown-target',
  needs: 'keys',
  isCheap: false,
  *check({ document, subject }) {
    const { root, format } = document;
    if (subject.kind !== 'targets' || root?.kind !== 'mapping') return;
    const entry = findEntry(root, 'default');
    const targets = findEntry(root, 'targets')?.value;
    if (entry?.value.kind !== 'scalar' || entry.value.value.type !== 'string') return;
    if (targets?.kind !== 'mapping') return;
    const { value, range } = entry.value;
    const names = [...new Set(targets.entries.map(({ name }) => name))];
    if (value.value === '' || value.value === LOCAL || names.includes(value.value)) return;
    const likely = [...new Set([...nearestNames(value.value, names), ...names])].slice(0, MAX_NAMES);
    const changes = likely.map((name): Fix => {
      const newText = written(name, format);
      return { title: t('Change to {0}', newText), edits: [{ range, newText }] };
    });
    yield {
      message: t(
        'No target in this file is called {0}. Only your other targets.yaml could name it.',
        value.value,
      ),
      path: ['default'],
      range,
      // Workspace and user have a file each, and only one of them is in sight.
      severity: 'warning',
      fixes: [...changes, ...removalOf(document, entry)],
    };
  },
};
