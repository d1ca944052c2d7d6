// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how a config refers to the environment
import { expect, test } from 'vitest';
import { applyFixes, checkRule, contextOf } from './check-rule.ts';
import { duplicateKey } from './duplicate-key.ts';
import { listAsText } from './list-as-text.ts';
import { missingKey } from './missing-key.ts';
import { notAChoice } from './not-a-choice.ts';
import { outOfRange } from './out-of-range.ts';
import { unknownTarget } from './unknown-target.ts';
import { wrongType } from './wrong-type.ts';

test('numbers are judged by what the parser makes of their text', () => {
  checkRule(
    wrongType,
    `
max_steps: 5
max_length: '2048'
seed: 1_000
lora_rank: 5.0        # want "lora_rank takes a whole number" fix="Change to 5"
dataset_num_proc: 1e3 # want "dataset_num_proc takes a whole number" fix="Change to 1000"
max_pixels: many      # want "max_pixels takes a whole number"
learning_rate: 1e-5
weight_decay: 0
warmup_ratio: .1
max_grad_norm: high   # want "max_grad_norm takes a number"
num_train_epochs: -1
adam_epsilon: -1e-8   # want "begins with a dash" fix="Change to -0.00000001"
`,
    `
max_steps: 5
max_length: '2048'
seed: 1_000
lora_rank: 5
dataset_num_proc: 1000
max_pixels: many
learning_rate: 1e-5
weight_decay: 0
warmup_ratio: .1
max_grad_norm: high
num_train_epochs: -1
adam_epsilon: -0.00000001
`,
  );
});

test('truth values are those of the parser, in any case', () => {
  checkRule(
    wrongType,
    `
packing: true
streaming: 'no'
bf16: T
fp16: 0
load_args: y
add_version: off
use_hf: maybe    # want "use_hf takes true or false"
tf32: 2          # want "tf32 takes true or false"
`,
  );
});

test('an empty value is the text None', () => {
  checkRule(
    wrongType,
    `
model: a/b
max_steps:          # want "an empty value is the text None" fix="Remove max_steps"
learning_rate: ~    # want "an empty value is the text None" fix="Remove learning_rate"
packing: null       # want "an empty value is the text None" fix="Remove packing"
system: null
`,
    `
model: a/b
system: null
`,
  );
});

test('lists stand only where an argument takes several values', () => {
  checkRule(
    wrongType,
    `
dataset: [a/b, 5, c]
val_dataset: a/b
target_modules:
  - all-linear
max_steps: [1, 2]     # want "max_steps takes one value, not a list"
seed: [42]            # want "the brackets are not needed" fix="Change to 42"
cached_dataset: []    # want "needs at least one value" fix="Remove cached_dataset"
packing: []           # want "An empty list turns packing on" fix="Change to true"
external_plugins: [[a]]  # want "takes a list of single values"
`,
    `
dataset: [a/b, 5, c]
val_dataset: a/b
target_modules:
  - all-linear
max_steps: [1, 2]
seed: 42
packing: true
external_plugins: [[a]]
`,
  );
});

test('mappings stand where JSON is taken', () => {
  checkRule(
    wrongType,
    `
deepspeed: {"zero_optimization": {"stage": 2}}
columns: '{"a": "query"}'
device_groups: {nproc_per_node: 4}
system: {a: 1}        # want "the engine would get this mapping as JSON text"
max_steps: {a: 1}     # want "takes a whole number, not a mapping"
`,
  );
});

test('a word that YAML takes for a truth value is quoted where a text is meant', () => {
  checkRule(
    wrongType,
    `
run_name: no   # want "Put it in quotes" fix="Change to 'no'"
`,
    `
run_name: 'no'
`,
  );
});

test('a reference to a secret or a variable stands for any value', () => {
  checkRule(wrongType, 'max_steps: ${env:STEPS}\nhub_token: ${env:HF_TOKEN}\n');
  checkRule(notAChoice, 'task_type: ${env:TASK}\n');
});

test('a choice is compared as text, and the likeliest comes first', () => {
  checkRule(
    notAChoice,
    `
truncation_strategy: delete
quant_bits: '4'
task_type: causal_ml    # want "causal_ml is not one of" fix="Change to causal_lm"
torch_dtype: fp32       # want "fp32 is not one of" fix="Change to float32"
bnb_4bit_quant_type: NF4   # want "NF4 is not one of" fix="Change to nf4"
`,
    `
truncation_strategy: delete
quant_bits: '4'
task_type: causal_lm
torch_dtype: float32
bnb_4bit_quant_type: nf4
`,
  );
});

test('a number among the choices stays a number', () => {
  checkRule(notAChoice, 'quant_bits: 5 # want "5 is not one of" fix="Change to 1"', 'quant_bits: 1');
});

test('an empty choice asks for a value, where none is not a choice of its own', () => {
  checkRule(notAChoice, 'torch_dtype: null\ntruncation_strategy:\n');
  checkRule(
    notAChoice,
    'model: x\ntask_type: # want "task_type needs a value" fix="Remove task_type"\n',
    'model: x\n',
  );
});

test('our own keys are judged by type, choice and least value', () => {
  const text = `
parallel_strategy: zero_2   # want "zero_2 is not one of" fix="Change to zero2"
`;
  checkRule(notAChoice, text, '\nparallel_strategy: zero2\n');
  checkRule(
    wrongType,
    `
global_batch_size: '16'  # want "global_batch_size takes a whole number"
tunewright:
  name: 5               # want "name takes a text" fix="Change to '5'"
  tags: first           # want "tags takes a list"
  parity: 1             # want "parity takes true or false"
  retries: 2
  health:
    stall_minutes: 1e1  # want "stall_minutes takes a number with a point"
    on_alert: stop
`,
  );
  checkRule(
    notAChoice,
    'tunewright:\n  health:\n    on_alert: stopp # want "stopp is not one of" fix="Change to stop"\n',
  );
  checkRule(
    outOfRange,
    'global_batch_size: 0 # want "global_batch_size is at least 1"\ntunewright:\n  name: "" # want "name may not be empty"\n',
  );
});

test('targets.yaml', () => {
  const options = { task: 'targets' } as const;
  checkRule(
    notAChoice,
    'targets:\n  a:\n    executor: slrm # want "slrm is not one of" fix="Change to slurm"\n',
    undefined,
    options,
  );
  checkRule(
    wrongType,
    'targets:\n  a:\n    resources:\n      nodes: two # want "nodes takes a whole number"\n',
    undefined,
    options,
  );
  checkRule(missingKey, 'default: a # want "The key targets is missing."\n', undefined, options);
  checkRule(missingKey, 'targets: {}\n', undefined, options);
});

test('a default that names no target', () => {
  const options = { task: 'targets' } as const;
  const targets = 'targets:\n  here:\n    host: local\n';
  checkRule(
    unknownTarget,
    `default: hree # want "No target in this file is called hree" fix="Change to here"\n${targets}`,
    `default: here\n${targets}`,
    options,
  );
  checkRule(unknownTarget, `default: here\n${targets}`, undefined, options);
  checkRule(unknownTarget, `default: local\n${targets}`, undefined, options);
  checkRule(unknownTarget, 'default: here\n', undefined, options);
});

test('a text is quoted as its format has it', () => {
  const json = contextOf('{"tunewright": {"name": 5}}', { format: 'json' });
  const [finding] = wrongType.check(json);
  expect(finding?.fixes?.map((fix) => fix.title)).toEqual(['Change to "5"']);
});

test('a repeated key is shown where it has no effect', () => {
  checkRule(
    duplicateKey,
    `
max_steps: 1   # want "written again in line 4, and the last one counts" fix="Remove max_steps"
seed: 2
max_steps: 3
ENV:
  A: 1 # want "written again in line 7" fix="Remove A"
  A: 2
`,
    `
seed: 2
max_steps: 3
ENV:
  A: 2
`,
  );
  checkRule(duplicateKey, '<<: {seed: 1}\nseed: 2\n');
});

test('where a key stands twice, only the value that counts is judged', () => {
  checkRule(wrongType, 'max_steps: many\nmax_steps: 1\n');
  checkRule(wrongType, 'max_steps: 1\nmax_steps: many # want "takes a whole number"\n');
});

test('a mapping that JSON cannot hold is refused where it holds that', () => {
  checkRule(
    wrongType,
    'model_kwargs: {since: 2024-12-01} # want "which knows no dates" fix="Change to \'2024-12-01\'"\n',
    "model_kwargs: {since: '2024-12-01'}\n",
  );
  checkRule(wrongType, 'system: 2024-12-01\n');
});

test('an argument that the parser cannot read from any text', () => {
  const text = 'liger_kernel_config: {rope: true} # want "takes no value" fix="Remove liger_kernel_config"\n';
  checkRule(wrongType, `model: m\n${text}`, 'model: m\n');
});

test('elements whose dashes lack a space', () => {
  const text = 'dataset:\n  -a/b\n  -c\nseed: 1\n';
  const [finding] = listAsText.check(contextOf(text));
  expect([finding?.message, finding?.severity]).toEqual([expect.stringContaining('one text'), 'warning']);
  expect(applyFixes(text, finding?.fixes ?? [])).toBe('dataset:\n  - a/b\n  - c\nseed: 1\n');
  const single = 'dataset:\n  -a/b\n';
  const [refused] = wrongType.check(contextOf(single));
  expect(applyFixes(single, refused?.fixes ?? [])).toBe('dataset:\n  - a/b\n');
  checkRule(listAsText, 'system:\n  -a\n  -b\ndataset:\n  - a\n  - b\n');
});

test('ENV may be empty, and takes structures as text', () => {
  checkRule(wrongType, 'ENV:\n');
  checkRule(wrongType, 'ENV: [a] # want "ENV takes a mapping"\n');
  const [finding] = wrongType.check(contextOf('ENV: {LIST: [1, 2]}\n'));
  expect([finding?.severity, finding?.message]).toEqual(['warning', 'LIST takes a single value.']);
});

test('a truth value fits a text that means one', () => {
  checkRule(wrongType, 'init_weights: true\n');
});

test('digits of any script are digits to Python', () => {
  checkRule(wrongType, "max_steps: '１０'\nlearning_rate: '٠.٥'\n");
});

test('a text that begins like the option for help is taken for it', () => {
  checkRule(wrongType, 'system: "- answer briefly"\n');
  checkRule(wrongType, 'system: "-how are you" # want "begins with a dash"\n');
});

test('a value below a name cut short is judged as what the parser takes the name for', () => {
  checkRule(
    wrongType,
    'per_device_train: 4.0 # want "per_device_train_batch_size takes a whole number" fix="Change to 4"',
  );
  checkRule(wrongType, 'max-length: many # want "max_length takes a whole number"');
  checkRule(notAChoice, 'torch_dt: fp16 # want "fp16 is not one of" fix="Change to float16"');
});

test.each(['ignore_args_error: true', 'ignore-args-error: y', 'ignore_args_error: [1, 2]'])(
  'told to pass over what it does not know, the parser passes over further values too: %s',
  (line) => {
    const severities = (text: string) =>
      [...wrongType.check(contextOf(text))].map(({ severity }) => severity);
    expect(severities('max_length: [1, 2]\n')).toEqual(['error']);
    expect(severities(`max_length: [1, 2]\n${line}\n`).every((severity) => severity === 'warning')).toBe(
      true,
    );
    expect(severities(`max_length: many\n${line}\n`)[0]).toBe('error');
  },
);
