/** A config for a task that the engine's schema does not hold. */
import { t } from '@vscode/l10n';
import type { Rule } from './rule.ts';

export const taskNotInSchema: Rule = {
  id: 'task-not-in-schema',
  needs: 'text',
  isCheap: true,
  *check({ subject, lookup }) {
    if (subject.kind !== 'task-not-in-schema') return;
    yield {
      message: t(
        'Engine {0} does not describe the task {1}, so the keys of this config are not checked.',
        lookup.schema.engineVersion,
        subject.task,
      ),
      path: [],
      range: { start: 0, end: 0 },
      severity: 'information',
    };
  },
};
