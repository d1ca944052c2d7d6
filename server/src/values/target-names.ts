/** In `targets.yaml`: the names of its own targets, and this machine. */
import { findEntry } from '../text/document.ts';
import type { ValueProvider } from './provider.ts';

export const targetNames: ValueProvider = {
  id: 'target-names',
  *suggest({ path, document, shape }) {
    if (shape.kind !== 'string' || document.root?.kind !== 'mapping') return;
    if (path[0] === 'targets' && path.at(-1) === 'host') yield { value: 'local', kind: 'choice' };
    if (path.length !== 1 || path[0] !== 'default') return;
    const targets = findEntry(document.root, 'targets')?.value;
    for (const entry of targets?.kind === 'mapping' ? targets.entries : []) {
      yield { value: entry.name, kind: 'name' };
    }
    yield { value: 'local', kind: 'choice' };
  },
};
