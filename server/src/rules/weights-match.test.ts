import { test } from 'vitest';
import { checkRule } from './check-rule.ts';
import { weightsMatch } from './weights-match.ts';

const RLHF = { task: 'rlhf' } as const;

test('a weight too many or too few is found', () => {
  checkRule(
    weightsMatch,
    'loss_type: [sigmoid, sft]\nloss_weights: [1, 0.5, 2] # want "3 weights for 2 loss types"\n',
    undefined,
    RLHF,
  );
  checkRule(weightsMatch, 'loss_weights: [1, 2] # want "2 weights for 1 loss types"\n', undefined, RLHF);
  checkRule(
    weightsMatch,
    'rlhf_type: grpo\nreward_funcs: [format, accuracy]\nreward_model: a/b\nreward_weights: [1, 2] # want "2 weights for 3 rewards"\n',
    undefined,
    RLHF,
  );
});

test('lists of one length, and methods that do not look, are left alone', () => {
  checkRule(weightsMatch, 'loss_type: [sigmoid, sft]\nloss_weights: [1, 0.5]\n', undefined, RLHF);
  checkRule(weightsMatch, 'loss_weights: 1\n', undefined, RLHF);
  checkRule(weightsMatch, 'rlhf_type: kto\nreward_weights: [1, 2]\n', undefined, RLHF);
  checkRule(weightsMatch, 'rlhf_type: grpo\ngym_env: x\nreward_weights: [1, 2]\n', undefined, RLHF);
});
