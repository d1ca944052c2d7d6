import { test } from 'vitest';
import { checkRule } from './check-rule.ts';
import { inferenceRefuses } from './inference-refuses.ts';

test('an encoder needs the asynchronous engine of vLLM', () => {
  checkRule(
    inferenceRefuses,
    'infer_backend: vllm\ntask_type: embedding\nvllm_use_async_engine: no # want "task_type embedding" fix="true"\n',
    'infer_backend: vllm\ntask_type: embedding\nvllm_use_async_engine: true\n',
    { task: 'infer' },
  );
  const unaffected = 'infer_backend: transformers\ntask_type: embedding\nvllm_use_async_engine: no\n';
  checkRule(inferenceRefuses, unaffected, undefined, { task: 'infer' });
});

test('samples are written into a folder by name, and engine arguments are JSON', () => {
  checkRule(
    inferenceRefuses,
    'output_file: out/a.jsonl # want "without a folder"\nengine_kwargs: "{a: 1}" # want "read as JSON"\n',
    undefined,
    { task: 'sample' },
  );
  checkRule(inferenceRefuses, 'output_file: a.jsonl\nengine_kwargs: {a: 1}\n', undefined, { task: 'sample' });
  checkRule(inferenceRefuses, 'engine_kwargs: \'{"a": NaN}\'\n', undefined, { task: 'sample' });
});
