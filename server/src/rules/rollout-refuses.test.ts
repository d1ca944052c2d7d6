import { test } from 'vitest';
import { checkRule } from './check-rule.ts';
import { rolloutRefuses } from './rollout-refuses.ts';

test('what a rollout server cannot do is refused', () => {
  checkRule(
    rolloutRefuses,
    `
model: a/b
vllm_pipeline_parallel_size: 2 # want "vllm_tensor_parallel_size" fix="vllm_pipeline_parallel_size: 1"
vllm_reasoning_parser: qwen3 # want "Remove it" fix="Remove"
multi_turn_scheduler: chess
vllm_use_async_engine: false # want "needs vllm_use_async_engine" fix="vllm_use_async_engine: true"
context_manager: short # want "is no more" fix="Remove"
`,
    `
model: a/b
vllm_pipeline_parallel_size: 1
multi_turn_scheduler: chess
vllm_use_async_engine: true
`,
    { task: 'rollout' },
  );
});

test('a plain server and other tasks are left alone', () => {
  const plain = 'model: a/b\nvllm_pipeline_parallel_size: 1\nvllm_use_async_engine: false\n';
  checkRule(rolloutRefuses, plain, undefined, { task: 'rollout' });
  checkRule(rolloutRefuses, 'vllm_pipeline_parallel_size: 2\n', undefined, { task: 'deploy' });
});
