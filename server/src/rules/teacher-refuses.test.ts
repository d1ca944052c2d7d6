import { test } from 'vitest';
import { checkRule } from './check-rule.ts';
import { teacherRefuses } from './teacher-refuses.ts';

const RLHF = { task: 'rlhf' } as const;

test('two teachers, and a server without a number of tokens, are refused', () => {
  checkRule(
    teacherRefuses,
    `
rlhf_type: gkd
teacher_model: a/b
teacher_model_server: http://a:8000 # want "two teachers" fix="Remove teacher_model_server"
gkd_logits_topk: 20
`,
    `
rlhf_type: gkd
teacher_model: a/b
gkd_logits_topk: 20
`,
    RLHF,
  );
  checkRule(
    teacherRefuses,
    'rlhf_type: gkd\nteacher_model_server: http://a # want "needs gkd_logits_topk" fix="Add gkd_logits_topk: 20"\n',
    'rlhf_type: gkd\ngkd_logits_topk: 20\nteacher_model_server: http://a\n',
    RLHF,
  );
  checkRule(
    teacherRefuses,
    'rlhf_type: gkd\ngkd_logits_topk: 0 # want "above 0" fix="Remove"\n',
    undefined,
    RLHF,
  );
});

test('what looks at whole answers or at rewards does not go with a teacher alone', () => {
  checkRule(
    teacherRefuses,
    `
rlhf_type: grpo
teacher_model: a/b
loss_type: fipo # want "whole answers"
off_policy_sequence_mask_delta: 1 # want "with a teacher"
dynamic_sample: true # want "there are none"
scale_rewards: gdpo # want "there are none"
`,
    undefined,
    RLHF,
  );
});

test('a teacher that is not asked is a warning, and a good one is left alone', () => {
  checkRule(teacherRefuses, 'teacher_model: a/b # want "dpo has no teacher" fix="Remove"\n', '', RLHF);
  for (const text of [
    'rlhf_type: gkd\n',
    'rlhf_type: gkd\nteacher_model: a/b\ngkd_logits_topk: 64\n',
    'rlhf_type: grpo\nteacher_model: a/b\nreward_funcs: [format]\ndynamic_sample: true\n',
    'rlhf_type: grpo\nloss_type: fipo\n',
  ])
    checkRule(teacherRefuses, text, undefined, RLHF);
});
