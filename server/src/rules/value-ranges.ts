/** In which range the numbers of a config lie: where they can, and where they do as a rule. */

/** An interval; a bound that is absent is none. */
export interface Bounds {
  readonly least?: number;
  readonly above?: number;
  readonly most?: number;
  readonly below?: number;
}

export interface ValueRange {
  /** Outside of this nothing works. */
  readonly valid: Bounds;
  /** Outside of this something was probably mistyped. */
  readonly usual?: Bounds;
  /** Values outside that have a meaning of their own, or that a rule of their own judges. */
  readonly special?: readonly number[];
  /** The argument classes themselves refuse what is not valid, in the tasks that have the key. */
  readonly isRefused?: boolean;
}

const COUNT: ValueRange = { valid: { least: 1 } };
const SHARE: ValueRange = { valid: { least: 0, most: 1 } };
const PROPER_SHARE: ValueRange = { valid: { least: 0, below: 1 } };
const FILLED_SHARE: ValueRange = { valid: { above: 0, most: 1 } };
const NOT_NEGATIVE: ValueRange = { valid: { least: 0 } };
const RATE: ValueRange = { valid: { above: 0, most: 0.1 }, usual: { most: 0.02 } };
// source: swift/utils/utils.py: find_free_port binds it at once
const PORT: ValueRange = { valid: { least: 0, most: 65_535 }, isRefused: true };

export const VALUE_RANGES: ReadonlyMap<string, ValueRange> = new Map(
  Object.entries<ValueRange>({
    learning_rate: RATE,
    lr: RATE,
    min_lr: { valid: { least: 0, most: 0.1 } },
    vit_lr: RATE,
    aligner_lr: RATE,
    lora_rank: { valid: { least: 1, most: 4_096 }, usual: { most: 512 } },
    lora_alpha: { valid: { above: 0 }, usual: { most: 4_096 } },
    lora_dropout: { valid: { least: 0, below: 1 }, usual: { most: 0.5 } },
    adalora_target_r: COUNT,
    adalora_init_r: COUNT,
    vera_rank: COUNT,
    vera_dropout: PROPER_SHARE,
    boft_dropout: PROPER_SHARE,
    reft_rank: COUNT,
    vllm_max_lora_rank: COUNT,
    weight_decay: { valid: { least: 0, most: 1 }, usual: { most: 0.5 } },
    warmup_ratio: { valid: {}, usual: { most: 0.5 } },
    lr_warmup_fraction: { valid: { least: 0, below: 1 }, usual: { most: 0.5 } },
    adam_beta1: PROPER_SHARE,
    adam_beta2: PROPER_SHARE,
    adam_epsilon: { valid: { least: 0 }, usual: { most: 1e-3 } },
    max_grad_norm: { valid: { least: 0 }, usual: { most: 1_000 } },
    clip_grad: { valid: { least: 0 }, usual: { most: 1_000 } },
    label_smoothing_factor: PROPER_SHARE,
    label_smoothing: PROPER_SHARE,
    neftune_noise_alpha: { valid: { least: 0 }, usual: { most: 100 } },
    num_train_epochs: { valid: { above: 0 }, usual: { most: 1_000 } },
    train_iters: COUNT,
    per_device_train_batch_size: { valid: { least: 1 }, usual: { most: 4_096 }, special: [0] },
    per_device_eval_batch_size: { valid: { least: 1 }, usual: { most: 4_096 } },
    micro_batch_size: COUNT,
    global_batch_size: COUNT,
    gradient_accumulation_steps: { valid: { least: 1 }, usual: { most: 4_096 } },
    max_length: { valid: { least: 2 }, usual: { least: 8, most: 4_194_304 } },
    packing_length: { valid: { least: 2 }, usual: { least: 8, most: 4_194_304 } },
    max_new_tokens: COUNT,
    max_completion_length: COUNT,
    temperature: { valid: { least: 0 }, usual: { most: 2 } },
    top_p: FILLED_SHARE,
    min_p: SHARE,
    top_k: { valid: { least: 0 }, special: [-1] },
    num_beams: { valid: { least: 1 }, usual: { most: 64 } },
    repetition_penalty: { valid: { above: 0 }, usual: { most: 2 } },
    split_dataset_ratio: { valid: { least: 0, below: 1 }, usual: { most: 0.5 } },
    shuffle_buffer_size: COUNT,
    dataset_num_proc: { valid: { least: 1 }, usual: { most: 512 } },
    dataloader_num_workers: { valid: { least: 0 }, usual: { most: 128 } },
    dataloader_prefetch_factor: COUNT,
    logging_steps: NOT_NEGATIVE,
    save_steps: NOT_NEGATIVE,
    eval_steps: NOT_NEGATIVE,
    seed: { valid: { least: 0, most: 4_294_967_295 } },
    data_seed: { valid: { least: 0, most: 4_294_967_295 } },
    beta: { valid: { least: 0 }, usual: { most: 100 } },
    num_generations: { valid: { least: 1 }, usual: { most: 256 } },
    num_iterations: COUNT,
    epsilon: { valid: { least: 0 }, usual: { most: 1 } },
    top_entropy_quantile: SHARE,
    gamma: SHARE,
    lam: SHARE,
    lmbda: SHARE,
    sequence_parallel_size: COUNT,
    vllm_gpu_memory_utilization: FILLED_SHARE,
    lmdeploy_cache_max_entry_count: FILLED_SHARE,
    sglang_mem_fraction_static: FILLED_SHARE,
    vllm_tensor_parallel_size: COUNT,
    vllm_pipeline_parallel_size: COUNT,
    vllm_data_parallel_size: COUNT,
    vllm_max_num_seqs: COUNT,
    vllm_max_model_len: COUNT,
    sglang_tp_size: COUNT,
    lmdeploy_tp: COUNT,
    tensor_model_parallel_size: COUNT,
    pipeline_model_parallel_size: COUNT,
    context_parallel_size: COUNT,
    expert_model_parallel_size: COUNT,
    max_batch_size: { valid: { least: 1 }, special: [-1] },
    eval_limit: COUNT,
    eval_num_proc: COUNT,
    quant_n_samples: COUNT,
    quant_batch_size: { valid: { least: 1 }, special: [-1] },
    group_size: { valid: { least: 1 }, special: [-1] },
    num_return_sequences: COUNT,
    n_best_to_keep: COUNT,
    num_sampling_batch_size: COUNT,
    port: PORT,
    server_port: PORT,
  }),
);

export function isWithin(value: number, { least, above, most, below }: Bounds): boolean {
  return (
    (least === undefined || value >= least) &&
    (above === undefined || value > above) &&
    (most === undefined || value <= most) &&
    (below === undefined || value < below)
  );
}
