/** Rules of one row each. */
import { test } from 'vitest';
import { checkRule } from './check-rule.ts';
import { nanFilterOn } from './nan-filter-on.ts';
import { numLabelsMissing } from './num-labels-missing.ts';
import { ropeScaling } from './rope-scaling.ts';
import { streamingNeedsMaxSteps } from './streaming-needs-max-steps.ts';
import { truncationSplit } from './truncation-split.ts';

test('the filter that hides NaN losses is best left out', () => {
  checkRule(nanFilterOn, 'a: 1\nlogging_nan_inf_filter: true # want "hides losses" fix="Remove"\n', 'a: 1\n');
  checkRule(nanFilterOn, 'logging_nan_inf_filter: false\n');
  checkRule(nanFilterOn, 'seed: 1\n');
});

test('a classifier needs the number of its classes', () => {
  checkRule(numLabelsMissing, 'task_type: seq_cls # want "num_labels"\n');
  checkRule(numLabelsMissing, 'task_type: seq_cls # want "num_labels"\nrlhf_type: orpo\n', undefined, {
    task: 'rlhf',
  });
  checkRule(numLabelsMissing, 'task_type: seq_cls\nnum_labels: 2\n');
  checkRule(numLabelsMissing, 'task_type: reranker\n');
  checkRule(numLabelsMissing, 'task_type: seq_cls\nload_args: true\n');
  checkRule(numLabelsMissing, 'task_type: seq_cls\n', undefined, { task: 'infer' });
  checkRule(numLabelsMissing, 'task_type: seq_cls\nrlhf_type: rm\n', undefined, { task: 'rlhf' });
});

test('streaming needs a last step', () => {
  checkRule(streamingNeedsMaxSteps, 'streaming: true # want "Set max_steps"\n');
  checkRule(streamingNeedsMaxSteps, 'streaming: true\nmax_steps: 10\n');
  checkRule(streamingNeedsMaxSteps, 'streaming: false\n');
});

test('long rows are split in pre-training only', () => {
  const split = 'truncation_strategy: split';
  checkRule(truncationSplit, `${split} # want "Only pre-training" fix="delete"\n`);
  checkRule(truncationSplit, `${split} # want "Only pre-training"\nrlhf_type: dpo\n`, undefined, {
    task: 'rlhf',
  });
  checkRule(truncationSplit, `${split}\nuse_chat_template: true # want "not split"\n`, undefined, {
    task: 'pt',
  });
  checkRule(truncationSplit, `${split}\nlazy_tokenize: true # want "Turn it off"\n`, undefined, {
    task: 'pt',
  });
  checkRule(truncationSplit, `${split}\n`, undefined, { task: 'pt' });
  checkRule(truncationSplit, `${split}\nuse_chat_template: false\n`);
  checkRule(truncationSplit, 'truncation_strategy: left\n');
});

test('a longer context is named, and its length too', () => {
  checkRule(ropeScaling, 'rope_scaling: yran # want "is not one of"\n');
  checkRule(ropeScaling, 'rope_scaling: yarn # want "set max_model_len"\n');
  checkRule(ropeScaling, `rope_scaling: '{"rope_type": "yarn"}' # want "set max_model_len"\n`);
  checkRule(ropeScaling, 'rope_scaling: {type: linear} # want "set max_model_len"\n');
  for (const rest of [
    'yarn\nmax_model_len: 1024',
    '{type: yarn, factor: 2.0}',
    `'{"factor": 2.0}'`,
    './rope.json',
  ]) {
    checkRule(ropeScaling, `rope_scaling: ${rest}\n`);
  }
  checkRule(ropeScaling, 'rope_scaling: yarn\n', undefined, { task: 'infer' });
});
