// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how a config refers to the environment
import { expect, test } from 'vitest';
import { Task } from '../../../protocol/src/task.ts';
import { contextOf } from '../rules/check-rule.ts';
import { runRules } from '../rules/index.ts';
import { MINIMAL_CONFIGS } from './minimal-configs.ts';

/** As it stands when a person accepts every proposal. */
function filled(snippet: string): string {
  return snippet.replaceAll(/\$\{\d+:([^${}\\]*)\}/g, '$1').replaceAll(/\\([$}])/g, '$1');
}

const CASES = Task.options.flatMap((task) =>
  (MINIMAL_CONFIGS[task] ?? []).map(({ name, snippet }) => ({ task, name, text: filled(snippet) })),
);

test.each(CASES)('nothing is to be said of $task: $name', ({ task, text }) => {
  const failures: unknown[] = [];
  const found = runRules(contextOf(text, { task }), (_rule, error) => failures.push(error));
  expect(found.map(({ id, message }) => `${id}: ${message}`)).toEqual([]);
  expect(failures).toEqual([]);
});

test('a reference to a secret is put in as such', () => {
  expect(filled(MINIMAL_CONFIGS.deploy?.[0]?.snippet ?? '')).toContain('api_key: ${env:MODEL_API_KEY}\n');
});

test('every task that the engine has can be begun', () => {
  const missing = Task.options.filter((task) => !MINIMAL_CONFIGS[task]);
  expect(missing).toEqual(['megatron-export', 'download']);
});
