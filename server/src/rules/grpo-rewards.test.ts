import { test } from 'vitest';
import { checkRule } from './check-rule.ts';
import { grpoRewards } from './grpo-rewards.ts';

const RLHF = { task: 'rlhf' } as const;

test('a reward that lacks its limit, a lone answer, and no reward at all are found', () => {
  checkRule(
    grpoRewards,
    `
rlhf_type: grpo
reward_funcs: [format, soft_overlong] # want "needs soft_cache_length"
num_generations: 1 # want "above 1" fix="Remove num_generations"
`,
    undefined,
    RLHF,
  );
  checkRule(grpoRewards, 'rlhf_type: grpo # want "nothing to judge answers by"\n', undefined, RLHF);
});

test('rewards that are whole, a teacher, and other methods are left alone', () => {
  for (const text of [
    'rlhf_type: grpo\nreward_funcs: [soft_overlong]\nsoft_cache_length: 100\n',
    'rlhf_type: grpo\nteacher_model: a/b\nnum_generations: 1\n',
    'rlhf_type: grpo\nreward_model: a/b\n',
    `rlhf_type: grpo\nreward_funcs: \${env:REWARDS}\n`,
    'num_generations: 1\n',
  ])
    checkRule(grpoRewards, text, undefined, RLHF);
});
