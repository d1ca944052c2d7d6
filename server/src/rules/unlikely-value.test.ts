import { expect, test } from 'vitest';
import { checkRule, contextOf } from './check-rule.ts';
import { unlikelyValue } from './unlikely-value.ts';
import { VALUE_RANGES } from './value-ranges.ts';

test('values with which nothing works are found', () => {
  checkRule(
    unlikelyValue,
    `
learning_rate: 1 # want "learning_rate has to be above 0 and at most 0.1"
lora_rank: 10000 # want "lora_rank has to be"
lora_dropout: 1.0 # want "at least 0 and below 1"
per_device_eval_batch_size: -1 # want "at least 1"
gradient_accumulation_steps: -4 # want "at least 1"
max_length: 1 # want "at least 2"
temperature: -0.5 # want "temperature"
`,
  );
});

test('a mistyped power of ten is told', () => {
  checkRule(unlikelyValue, 'learning_rate: 5e-2 # want "0.05 is unusual; as a rule it is at most 0.02"\n');
  const [finding] = unlikelyValue.check(contextOf('learning_rate: 5e-2\n'));
  expect(finding?.severity).toBe('information');
});

test('what the engine itself refuses is an error', () => {
  const [port] = unlikelyValue.check(contextOf('port: 80000\n', { task: 'deploy' }));
  expect(port?.severity).toBe('error');
});

test('what works, has a meaning of its own, or is not known is left alone', () => {
  checkRule(
    unlikelyValue,
    'learning_rate: 1e-4\nlora_rank: 8\nmax_length: 2048\nlora_dropout: 0\nwarmup_ratio: 0.05\nmax_steps: -1\n',
  );
  checkRule(unlikelyValue, `learning_rate: \${env:RATE}\n`);
  checkRule(unlikelyValue, 'top_k: -1\nmax_batch_size: -1\nport: 0\n', undefined, { task: 'deploy' });
  checkRule(unlikelyValue, 'learning_rate: 1\n', undefined, { task: 'deploy' });
});

test('every key of the table is a number of some task, and its default lies where values usually do', () => {
  const { lookup } = contextOf('');
  const strange = [...VALUE_RANGES].flatMap(([name, { valid, special }]) => {
    const known = lookup.schema.pool.filter((argument) => argument.name === name);
    const isNumber = known.some(({ types }) => types.includes('number') || types.includes('integer'));
    const isOdd = known.some(
      ({ default: value }) =>
        typeof value === 'number' && value < (valid.least ?? -Infinity) && !special?.includes(value),
    );
    return isNumber && !isOdd ? [] : [name];
  });
  expect(strange).toEqual([]);
});
