/** Which keys have an effect only beside another: the table of the rule without-effect. */
import { type Task, TRAINING_TASKS } from '../../../protocol/src/task.ts';
import { TUNERS } from '../schema/known-names.ts';
import { isOneOf } from './refusals.ts';
import type { Settings } from './settings.ts';
import { PLAIN_TRAINING_TASKS } from './settings-rule.ts';

export interface Dormant {
  /** Keys, or beginnings of keys that end in `_`. */
  readonly keys: readonly string[];
  readonly tasks: readonly Task[];
  /** The key because of which they sleep. */
  readonly cause: string;
  /** Known to have no effect. */
  readonly isIdle: (settings: Settings) => boolean;
  /** What wakes them: a value for `cause`. */
  readonly wake?: string | boolean;
}

const SERVED: readonly Task[] = ['infer', 'deploy', 'eval', 'app'];

/** Known to be another tuner of the engine's; a plugin's may read whatever it likes. */
function isOtherTuner(...wanted: readonly string[]): (settings: Settings) => boolean {
  const others = TUNERS.filter((tuner) => !wanted.includes(tuner));
  return (settings) => isOneOf(settings, 'tuner_type', ...others) && settings.isNone('external_plugins');
}

function ofTuner(tuner: string, ...keys: readonly string[]): Dormant {
  return { keys, tasks: PLAIN_TRAINING_TASKS, cause: 'tuner_type', isIdle: isOtherTuner(tuner) };
}

const METHODS = ['dpo', 'orpo', 'simpo', 'kto', 'cpo', 'rm', 'ppo', 'grpo', 'gkd'];

function ofMethods(methods: readonly string[], ...keys: readonly string[]): Dormant {
  const others = METHODS.filter((method) => !methods.includes(method));
  return {
    keys,
    tasks: ['rlhf'],
    cause: 'rlhf_type',
    isIdle: (settings) => isOneOf(settings, 'rlhf_type', ...others),
  };
}

function ofBackend(backend: string): Dormant {
  const others = ['transformers', 'pt', 'vllm', 'sglang', 'lmdeploy'].filter((other) => other !== backend);
  return {
    keys: [`${backend}_`],
    tasks: SERVED,
    cause: 'infer_backend',
    isIdle: (settings) => isOneOf(settings, 'infer_backend', ...others),
    wake: backend,
  };
}

/** Keys that sleep while a switch is off. */
function ofSwitch(tasks: readonly Task[], cause: string, ...keys: readonly string[]): Dormant {
  return { keys, tasks, cause, isIdle: (settings) => settings.isOff(cause), wake: true };
}

const TUNING = ['pt', 'sft', 'rlhf'] as const;

export const DORMANT: readonly Dormant[] = [
  {
    keys: [
      'lora_',
      'use_rslora',
      'use_dora',
      'init_weights',
      'target_modules',
      'target_regex',
      'target_parameters',
      'modules_to_save',
    ],
    tasks: PLAIN_TRAINING_TASKS,
    cause: 'tuner_type',
    isIdle: (settings) => isOneOf(settings, 'tuner_type', 'full') && settings.isNone('external_plugins'),
  },
  ofTuner('adalora', 'adalora_'),
  ofTuner('boft', 'boft_'),
  ofTuner('vera', 'vera_'),
  ofTuner('fourierft', 'fourier_'),
  ofTuner('llamapro', 'llamapro_'),
  ofTuner('reft', 'reft_'),
  ofTuner('adapter', 'adapter_act', 'adapter_length'),
  {
    keys: ['bnb_4bit_'],
    tasks: TUNING,
    cause: 'quant_method',
    isIdle: (settings) =>
      settings.isOff('load_args') &&
      (settings.isNone('quant_method') || isOneOf(settings, 'quant_method', 'hqq', 'eetq', 'quanto', 'fp8')),
  },
  {
    keys: ['quant_n_samples', 'quant_batch_size', 'group_size'],
    tasks: ['export'],
    cause: 'quant_method',
    isIdle: (settings) => settings.isNone('quant_method'),
  },
  ofBackend('vllm'),
  ofBackend('sglang'),
  ofBackend('lmdeploy'),
  {
    keys: ['vllm_'],
    tasks: ['rlhf'],
    cause: 'use_vllm',
    // A mode or server without use_vllm is refused, which a rule of its own says.
    isIdle: (settings) =>
      settings.isOff('use_vllm') &&
      isOneOf(settings, 'rlhf_type', 'grpo', 'gkd') &&
      !settings.isGiven('vllm_mode'),
    wake: true,
  },
  ofMethods(
    ['grpo'],
    'num_generations',
    'num_iterations',
    'num_generations_eval',
    'reward_funcs',
    'reward_weights',
    'epsilon',
    'epsilon_high',
    'delta',
    'dynamic_sample',
    'max_resample_times',
    'overlong_filter',
    'soft_max_length',
    'soft_cache_length',
    'scale_rewards',
    'log_entropy',
    'top_entropy_quantile',
    'importance_sampling_level',
    'advantage_estimator',
    'advantage_reweight',
    'kl_in_reward',
    'cosine_',
    'repetition_n_grams',
    'repetition_max_penalty',
    'rlsd_',
    'sdar_',
    'chord_',
  ),
  ofMethods(
    ['grpo', 'gkd'],
    'use_vllm',
    'generation_batch_size',
    'steps_per_generation',
    'sleep_level',
    'offload_optimizer',
    'offload_model',
    'move_model_batches',
    'log_completions',
    'teacher_adapters',
    'teacher_deepspeed',
    'teacher_kl_coef',
    'offload_teacher_model',
  ),
  ofMethods(['grpo', 'ppo'], 'reward_model', 'reward_adapters'),
  ofMethods(['grpo', 'ppo', 'gkd'], 'max_completion_length'),
  ofMethods(['gkd'], 'sft_alpha', 'lmbda', 'gkd_logits_topk'),
  ofMethods(['dpo'], 'rpo_alpha', 'ld_alpha', 'discopop_tau'),
  ofMethods(['cpo', 'simpo'], 'cpo_alpha', 'simpo_gamma'),
  ofMethods(['kto'], 'desirable_weight', 'undesirable_weight'),
  ofMethods(['rm'], 'center_rewards_coefficient'),
  ofMethods(
    ['ppo'],
    'num_ppo_epochs',
    'whiten_rewards',
    'kl_coef',
    'cliprange',
    'cliprange_value',
    'vf_coef',
    'gamma',
    'lam',
    'num_mini_batches',
    'local_rollout_forward_batch_size',
    'num_sample_generations',
    'missing_eos_penalty',
  ),
  ofSwitch(TUNING, 'streaming', 'shuffle_buffer_size'),
  ofSwitch(TRAINING_TASKS, 'packing', 'packing_length', 'packing_num_proc', 'packing_strategy'),
  ofSwitch(TUNING, 'use_galore', 'galore_'),
  ofSwitch([...TUNING, 'export'], 'push_to_hub', 'hub_private_repo', 'hub_strategy', 'commit_message'),
  {
    keys: ['num_train_epochs'],
    tasks: TUNING,
    cause: 'max_steps',
    isIdle: (settings) => (settings.number('max_steps') ?? 0) > 0,
  },
  {
    keys: ['save_steps'],
    tasks: TUNING,
    cause: 'save_strategy',
    isIdle: (settings) => isOneOf(settings, 'save_strategy', 'no', 'epoch'),
  },
  {
    keys: ['eval_steps'],
    tasks: TUNING,
    cause: 'eval_strategy',
    isIdle: (settings) => isOneOf(settings, 'eval_strategy', 'no', 'epoch'),
  },
  {
    keys: ['zero_hpz_partition_size', 'deepspeed_autotp_size'],
    tasks: TUNING,
    cause: 'deepspeed',
    isIdle: (settings) => settings.isNone('deepspeed') && !settings.isWritten('parallel_strategy'),
  },
  {
    keys: ['swanlab_'],
    tasks: TUNING,
    cause: 'report_to',
    isIdle: (settings) =>
      settings.texts('report_to')?.every((tracker) => !/swanlab|all/.test(tracker)) ?? false,
    wake: 'swanlab',
  },
  {
    keys: ['max_new_tokens', 'temperature', 'top_k', 'top_p', 'num_beams'],
    tasks: ['sft', 'pt'],
    cause: 'predict_with_generate',
    isIdle: (settings) => settings.isOff('predict_with_generate'),
  },
];
