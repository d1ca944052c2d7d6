/** Names that the engine's registries of parts hold, and that its argument parser does not tell. */

// source: transformers/trainer_utils.py: SchedulerType, IntervalStrategy
export const SCHEDULES: readonly string[] = [
  'cosine',
  'linear',
  'constant',
  'constant_with_warmup',
  'cosine_with_restarts',
  'cosine_with_min_lr',
  'cosine_warmup_with_min_lr',
  'polynomial',
  'inverse_sqrt',
  'reduce_lr_on_plateau',
  'warmup_stable_decay',
  'greedy',
];
export const STRATEGIES: readonly string[] = ['steps', 'epoch', 'no'];

/** Tuners that a person chooses. source: swift/pipelines/train/tuner.py: prepare_adapter */
export const TUNERS: readonly string[] = [
  'lora',
  'full',
  'longlora',
  'adalora',
  'llamapro',
  'adapter',
  'vera',
  'boft',
  'fourierft',
  'reft',
  'bone',
];
/** All that are registered, those of the engine's own inner life among them. source: swift/arguments/base_args/base_args.py: get_supported_tuners */
export const REGISTERED_TUNERS: readonly string[] = [...TUNERS, 'ia3', 'lora_llm', 'dummy'];

// source: swift/{optimizers,metrics,callbacks,loss,agent_template,loss_scale}/mapping.py
export const OPTIMIZERS: readonly string[] = ['default', 'galore', 'lorap', 'muon', 'muonclip', 'multimodal'];
export const METRICS: readonly string[] = ['acc', 'nlg', 'infonce', 'paired', 'reranker'];
export const CALLBACKS: readonly string[] = [
  'activation_cpu_offload',
  'adalora',
  'deepspeed_elastic',
  'early_stop',
  'graceful_exit',
  'lisa',
  'perf_log',
];
export const LOSSES: readonly string[] = [
  'cross_entropy',
  'cosine_similarity',
  'contrastive',
  'online_contrastive',
  'infonce',
  'pointwise_reranker',
  'listwise_reranker',
  'scoring',
  'distill_rps',
  'smooth_brier',
  'ce_rps',
];
export const AGENT_TEMPLATES: readonly string[] = [
  'react_en',
  'react_zh',
  'qwen_en',
  'qwen_zh',
  'qwen_en_parallel',
  'qwen_zh_parallel',
  'qwen3_coder',
  'qwen3_5',
  'hermes',
  'hunyuan_hermes',
  'hy_v3_preview',
  'hy_v3',
  'toolbench',
  'chatglm4',
  'glm4',
  'glm4_5',
  'glm4_7',
  'glm5_1',
  'llama3',
  'llama4',
  'deepseek_v3_1',
  'deepseek_v4',
  'deepseek_v41',
  'minimax_m2',
  'minimax_m3',
  'seed_oss',
  'spark2_5',
  'xing4_0',
  'gemma4',
  'react_grpo',
  'mistral',
  'youtu',
  'kimi_k25',
  'kimi_k3',
  'ling3',
  'minicpm5',
];
export const LOSS_STRATEGIES: readonly string[] = ['default', 'last_round', 'all'];
export const LOSS_SCALES: readonly string[] = [
  ...LOSS_STRATEGIES,
  'base',
  'ignore_empty_think',
  'ignore_think_prefix',
  'react',
  'hermes',
  'qwen',
  'agentflan',
  'alpha_umi',
];

// source: transformers/integrations/integration_utils.py: INTEGRATION_TO_CALLBACK
export const REPORTERS: readonly string[] = [
  'tensorboard',
  'wandb',
  'swanlab',
  'mlflow',
  'none',
  'all',
  'trackio',
  'clearml',
  'comet_ml',
  'neptune',
  'azure_ml',
  'codecarbon',
  'dagshub',
  'dvclive',
  'flyte',
  'kubeflow',
];

// source: swift/model/utils.py: AttnImpl, transformers/modeling_utils.py
export const ATTENTIONS: readonly string[] = [
  'flash_attn',
  'sdpa',
  'eager',
  'flash_attention_2',
  'flash_attention_3',
  'flash_attention_4',
  'flex_attention',
];

// source: swift/config/*.json
export const DEEPSPEED_PRESETS: readonly string[] = [
  'zero0',
  'zero1',
  'zero2',
  'zero3',
  'zero2_offload',
  'zero3_offload',
];
