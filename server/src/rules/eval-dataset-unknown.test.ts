import { test } from 'vitest';
import { checkRule } from './check-rule.ts';
import { evalDatasetUnknown } from './eval-dataset-unknown.ts';

const EVAL = { task: 'eval' } as const;

test('a benchmark that nobody knows is found, with the likeliest name first', () => {
  checkRule(
    evalDatasetUnknown,
    'eval_dataset:\n  - gsm8k\n  - aime_24 # want "Did you mean aime24?" fix="aime24"\n',
    'eval_dataset:\n  - gsm8k\n  - aime24\n',
    EVAL,
  );
  checkRule(evalDatasetUnknown, 'eval_dataset: gsm8 # want "gsm8 is none" fix="gsm8k"\n', undefined, EVAL);
});

test('names in any case, other evaluators and plugins are left alone', () => {
  for (const text of [
    'eval_dataset: [GSM8K, Arc]\n',
    'eval_dataset: nonsense\neval_backend: OpenCompass\n',
    'eval_dataset: nonsense\nexternal_plugins: plugin.py\n',
    `eval_dataset: \${env:BENCHMARK}\n`,
  ])
    checkRule(evalDatasetUnknown, text, undefined, EVAL);
});
