/** A config of 60 keys, as long as real ones get. */

const KEYS = `model: model
model_type: qwen2
template: qwen2_5
system: ''
torch_dtype: float32
check_model: false
tuner_type: lora
lora_rank: 8
lora_alpha: 32
lora_dropout: 0.05
target_modules: [all-linear]
max_length: 2048
truncation_strategy: delete
split_dataset_ratio: 0.01
learning_rate: 0.0001
lr_scheduler_type: cosine
warmup_ratio: 0.05
weight_decay: 0.1
adam_beta1: 0.9
adam_beta2: 0.95
adam_epsilon: 0.00000001
max_grad_norm: 1.0
num_train_epochs: 3
per_device_train_batch_size: 2
per_device_eval_batch_size: 2
gradient_accumulation_steps: 8
gradient_checkpointing: true
seed: 42
data_seed: 42
fp16: false
bf16: true
tf32: false
logging_steps: 5
logging_first_step: true
eval_strategy: steps
eval_steps: 50
eval_on_start: false
save_strategy: steps
save_steps: 50
save_total_limit: 2
save_only_model: false
load_best_model_at_end: false
metric_for_best_model: loss
greater_is_better: false
report_to: [none]
dataloader_num_workers: 4
dataloader_pin_memory: true
dataloader_drop_last: false
dataset_num_proc: 4
remove_unused_columns: true
group_by_length: false
label_smoothing_factor: 0.0
optim: adamw_torch
use_cpu: false
ddp_timeout: 1800
output_dir: output
add_version: true
run_name: bench
streaming: false`.split('\n');

/** The 60th key is a list, whose items are of one more kind. */
export const LONG_CONFIG = [...KEYS, 'dataset:', '  - data/train.jsonl', ''].join('\n');
export const LONG_CONFIG_KEY_COUNT = KEYS.length + 1;
