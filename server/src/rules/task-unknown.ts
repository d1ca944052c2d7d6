/** A config that does not say for which task it is. */
import { t } from '@vscode/l10n';
import type { Rule } from './rule.ts';

export const taskUnknown: Rule = {
  id: 'task-unknown',
  needs: 'text',
  isCheap: true,
  *check({ document, subject }) {
    if (subject.kind !== 'task-unknown') return;
    const comment = document.format === 'json' ? '//' : '#';
    const declaration = (task: string): string => `${comment} tunewright: ${task}`;
    yield {
      message: t(
        'Nothing says for which task this config is. Name the file <name>.<task>.yaml, or begin it with "{0}".',
        declaration('sft'),
      ),
      path: [],
      range: { start: 0, end: 0 },
      severity: 'information',
      fixes: ['sft', 'pt', 'rlhf', 'infer', 'eval', 'export', 'deploy'].map((task) => ({
        title: t('Declare the task {0}', task),
        edits: [{ range: { start: 0, end: 0 }, newText: `${declaration(task)}\n` }],
      })),
    };
  },
};
