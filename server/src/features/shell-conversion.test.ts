// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how a config refers to the environment
import { expect, test } from 'vitest';
import { contextOf } from '../rules/check-rule.ts';
import { runRules } from '../rules/index.ts';
import { configOfCommand } from '../schema/config-of-command.ts';
import { findShellCommand } from '../text/shell.ts';

const { lookup } = contextOf('');

function converted(script: string): string | undefined {
  const command = findShellCommand(script);
  return command && configOfCommand(command, lookup)?.text;
}

test('variables, quotes, lists, flags, short names and broken lines', () => {
  const text = converted(`# 8 * 40GiB
nproc_per_node=8
export OMP_NUM_THREADS=4
CUDA_VISIBLE_DEVICES=0,1 \\
NPROC_PER_NODE=$nproc_per_node \\
swift rlhf \\
    --rlhf_type dpo \\
    --model Qwen/Qwen2.5-7B-Instruct \\
    --dataset 'hf::a/b#500' data/more.jsonl#5 \\
    --learning-rate 1e-4 \\
    --target_modules all-linear \\
    --gradient_accumulation_steps $(expr 16 / $nproc_per_node) \\
    --load_args \\
    --system "You're a helper." \\
    --model_kwargs '{"a": 1}' \\
    --hub_token $HUB_TOKEN \\
    --run_name=007 \\
    --max_leng 2048 && echo done
`);
  expect(text).toBe(`# tunewright: rlhf
rlhf_type: dpo
model: Qwen/Qwen2.5-7B-Instruct
dataset:
  - hf::a/b#500
  - data/more.jsonl#5
learning_rate: 1e-4
target_modules:
  - all-linear
gradient_accumulation_steps: $(expr 16 / $nproc_per_node)
load_args: true
system: You're a helper.
model_kwargs: '{"a": 1}'
hub_token: '\${env:HUB_TOKEN}'
run_name: '007'
max_length: 2048
ENV:
  OMP_NUM_THREADS: '4'
  CUDA_VISIBLE_DEVICES: '0,1'
  NPROC_PER_NODE: '8'
`);
  expect(
    runRules(contextOf(text ?? '', { task: 'rlhf' }), () => undefined).map(({ id, path }) => [id, ...path]),
  ).toEqual([['wrong-type', 'gradient_accumulation_steps']]);
});

test('the engine for many nodes, and what is no command of an engine', () => {
  expect(converted('megatron sft --model a/b --micro_batch_size 2')).toBe(
    '# tunewright: megatron-sft\nmodel: a/b\nmicro_batch_size: 2\n',
  );
  expect(converted('swift merge_lora --adapters out/checkpoint-5')).toContain('# tunewright: merge-lora');
  expect(converted('swift sft base.yaml --seed 1')).toBeUndefined();
  expect(converted('swift build -c release')).toBeUndefined();
  expect(converted('model: a/b\ndataset: c/d\n')).toBeUndefined();
});
