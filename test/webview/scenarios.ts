/** Generated runs for looking at the dashboard and testing it: what a panel would send, made of arithmetic and a seed. */

import { type Bucket, BucketSeries } from '../../client/webviews/dashboard/series.ts';
import type { Alert } from '../../protocol/src/alert.ts';
import type { ResumePoint } from '../../protocol/src/checkpoint.ts';
import type { SeriesBuckets } from '../../protocol/src/metric.ts';
import { toMetricNumber } from '../../protocol/src/number.ts';
import type { RunState } from '../../protocol/src/run.ts';
import type { FromDashboard, ShownAlert, ToDashboard } from '../../protocol/src/webview.ts';

type Opened = Extract<ToDashboard, { type: 'open' }>;
type Values = Readonly<Record<string, number>>;

export interface GeneratedRunOptions {
  /** Training steps that were logged. */
  steps: number;
  maxSteps: number;
  state: RunState;
  /** Steps at which the loss is not a number. */
  nonFiniteAt?: readonly number[];
  /** A step at which the loss jumps for one step only. */
  spikeAt?: number;
  logLines?: number;
  /** Series beside the usual ones. */
  others?: readonly string[];
  reason?: string;
  l10nBundle?: Record<string, string>;
  alerts?: readonly ShownAlert[];
  /** The step at which a second attempt went on. */
  resumedAt?: number;
}

/** An alert as a panel words it. */
export function shownAlert(alert: Partial<Alert>, words: Partial<ShownAlert> = {}): ShownAlert {
  return {
    alert: {
      id: 'nan/loss',
      kind: 'nan',
      severity: 'alert',
      attempt: 1,
      atMs: START_MS + 60_000,
      values: {},
      action: 'notify',
      ...alert,
    },
    title: 'the loss is NaN',
    meaning: 'What the run computes from here on is worth nothing.',
    nextStep: 'Lower learning_rate, and go on from a checkpoint before this step.',
    ...words,
  };
}

const START_MS = Date.UTC(2026, 4, 12, 9, 30);
const SECONDS_PER_STEP = 0.119;

/** A run that falls from loss 6 to nearly nothing, with noise, evaluations and a warm-up. */
export class GeneratedRun {
  readonly options: GeneratedRunOptions;
  #random = seeded(7);
  #noise = 0;

  constructor(options: GeneratedRunOptions) {
    this.options = options;
  }

  /** What is logged at a step; call it with ascending steps. */
  valuesAt(step: number): Values {
    const { maxSteps, nonFiniteAt = [], spikeAt, others = [] } = this.options;
    const part = step / maxSteps;
    this.#noise = 0.6 * this.#noise + 0.4 * (this.#random() - 0.5);
    const clean = 0.32 + 5.4 * Math.exp(-part * 5.5);
    let loss = clean * (1 + this.#noise * 0.35);
    if (step === spikeAt) loss = clean * 3 + 4;
    if (nonFiniteAt.includes(step)) loss = Number.NaN;
    const values: Record<string, number> = {
      loss,
      learning_rate:
        1e-3 * (part < 0.05 ? part / 0.05 : 0.5 * (1 + Math.cos(Math.PI * (part - 0.05) * 1.052))),
      grad_norm:
        0.5 + 2.2 * Math.exp(-part * 3) + Math.abs(this.#noise) * 1.4 + (this.#random() > 0.985 ? 2.5 : 0),
      token_acc: Math.min(0.985, 1 - 0.93 * Math.exp(-part * 4) + this.#noise * 0.05),
      epoch: step / (maxSteps / 3),
    };
    const evalEvery = Math.max(1, Math.round(maxSteps / 16));
    if (step % evalEvery === 0) {
      values.eval_loss = clean * 1.06 + 0.08 + this.#random() * 0.05;
      values.eval_token_acc = Math.min(0.97, 1 - 0.95 * Math.exp(-part * 3.8));
      values.eval_runtime = 1.9 + this.#random() * 0.3;
    }
    for (const name of others) values[name] = Math.sin(part * 7 + name.length) + this.#noise;
    return values;
  }

  /** The message that opens the run, with all steps so far in buckets. */
  open(maxBuckets: number): Opened {
    const { steps, maxSteps, state, reason, l10nBundle = {}, alerts, resumedAt } = this.options;
    const attempt = resumedAt === undefined ? 1 : 2;
    const series = this.#buckets(maxBuckets, 1, steps);
    const isEnded = !['queued', 'starting', 'running', 'stopping'].includes(state);
    const last = series.find(({ name }) => name === 'loss')?.lasts.at(-1);
    const progress = {
      step: steps,
      maxSteps,
      epoch: (steps / maxSteps) * 3,
      ...(last === undefined ? {} : { loss: last }),
      remainingSeconds: Math.round((maxSteps - steps) * SECONDS_PER_STEP),
      secondsPerStep: SECONDS_PER_STEP,
    };
    const startedAtMs = isEnded ? START_MS : Date.now() - Math.round((8 + steps * SECONDS_PER_STEP) * 1000);
    return {
      type: 'open',
      run: {
        summary: {
          id: '20260512-093000-first.sft-k3f9',
          directory: '/home/mira/words/.tunewright/runs/20260512-093000-first.sft-k3f9',
          name: 'first.sft',
          number: 3,
          task: 'sft',
          state,
          ...(reason === undefined ? {} : { reason }),
          attempt,
          host: 'this machine',
          executor: 'local',
          configPath: '/home/mira/words/first.sft.yaml',
          createdAtMs: startedAtMs - 400,
          startedAtMs,
          ...(isEnded
            ? { endedAtMs: startedAtMs + Math.round(steps * SECONDS_PER_STEP * 1000) + 21_000 }
            : {}),
          ...(state === 'failed' ? { exitCode: 1 } : {}),
        },
        configText: CONFIG_TEXT,
        attempts:
          resumedAt === undefined ? [] : [{ number: 1 }, { number: 2, resumedFrom: resumePoint(resumedAt) }],
      },
      metrics: steps === 0 ? { series: [] } : { series, progress },
      log: logChunk(this.options.logLines ?? steps, state),
      ...(alerts === undefined ? {} : { alerts: [...alerts] }),
      l10nBundle,
    };
  }

  /** The answer to a question for a part of the axis. */
  metrics(query: Extract<FromDashboard, { type: 'query' }>): ToDashboard {
    const { steps } = this.options;
    const from = Math.max(1, query.fromStep ?? 1);
    const to = Math.min(steps, query.toStep ?? steps);
    return {
      type: 'metrics',
      requestId: query.requestId,
      metrics: { series: this.#buckets(query.maxBuckets, from, to) },
    };
  }

  #buckets(maxBuckets: number, from: number, to: number): SeriesBuckets[] {
    this.#random = seeded(7);
    this.#noise = 0;
    const all = new Map<string, BucketSeries>();
    for (let step = 1; step <= to; step += 1) {
      const values = this.valuesAt(step);
      if (step < from) continue;
      for (const [name, value] of Object.entries(values)) {
        const series = all.get(name) ?? BucketSeries.empty(name, maxBuckets);
        series.append(step, value);
        all.set(name, series);
      }
    }
    return [...all.values()].map(wireOf);
  }
}

function resumePoint(step: number): ResumePoint {
  return { attempt: 1, checkpoint: `/home/mira/words/output/checkpoint-${step}`, step };
}

/** Buckets as they travel. */
export function wireOf(series: BucketSeries): SeriesBuckets {
  const column = <Value>(read: (bucket: Bucket) => Value): Value[] => series.buckets.map(read);
  return {
    name: series.name,
    pointCount: series.pointCount,
    counts: column((bucket) => bucket.count),
    nonFiniteCounts: column((bucket) => bucket.nonFiniteCount),
    firstSteps: column((bucket) => bucket.firstStep),
    lastSteps: column((bucket) => bucket.lastStep),
    minimums: column((bucket) => toMetricNumber(bucket.minimum)),
    minimumSteps: column((bucket) => bucket.minimumStep),
    maximums: column((bucket) => toMetricNumber(bucket.maximum)),
    maximumSteps: column((bucket) => bucket.maximumStep),
    means: column((bucket) => toMetricNumber(bucket.mean)),
    lasts: column((bucket) => toMetricNumber(bucket.last)),
  };
}

/** Live points behind what was opened. */
export function appended(run: GeneratedRun, from: number, to: number): ToDashboard {
  const points = [];
  for (let step = from; step <= to; step += 1) {
    const { epoch, ...values } = run.valuesAt(step);
    const encoded = Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, toMetricNumber(value)]),
    );
    points.push({ step, ...(epoch === undefined ? {} : { epoch }), values: encoded });
  }
  const { maxSteps } = run.options;
  return {
    type: 'appended',
    points,
    progress: {
      step: to,
      maxSteps,
      epoch: (to / maxSteps) * 3,
      remainingSeconds: (maxSteps - to) * SECONDS_PER_STEP,
      secondsPerStep: SECONDS_PER_STEP,
    },
  };
}

/** A reading of a host with a processor and two GPUs. */
export function hostSample(): ToDashboard {
  const gib = 2 ** 30;
  const gpu = { kind: 'cuda' as const, name: 'NVIDIA A100-SXM4-80GB', memoryTotalBytes: 80 * gib };
  return {
    type: 'devices',
    sample: {
      hostName: 'gpu-box',
      atMs: START_MS,
      devices: [
        {
          id: 'cpu',
          kind: 'cpu',
          index: 0,
          name: 'AMD EPYC 7763 64-Core Processor',
          utilizationPercent: 38,
          memoryUsedBytes: Math.round(6.1 * gib),
          memoryTotalBytes: 24 * gib,
        },
        {
          ...gpu,
          id: 'GPU-0',
          index: 0,
          utilizationPercent: 97,
          memoryUsedBytes: Math.round(71.4 * gib),
          temperatureCelsius: 64,
          powerWatts: 312,
        },
        {
          ...gpu,
          id: 'GPU-1',
          index: 1,
          utilizationPercent: 0,
          memoryUsedBytes: gib,
          temperatureCelsius: 31,
          powerWatts: 58,
        },
      ],
      unavailable: [{ reader: 'npu', reason: 'npu-smi is not on PATH' }],
    },
  };
}

function logChunk(lines: number, state: RunState): Opened['log'] {
  const written = ['[INFO] Loading the model from ./model', '[INFO] model_type: qwen2, template: qwen2_5'];
  for (let line = 1; line <= lines; line += 1) {
    const loss = (0.32 + 5.4 * Math.exp((-line / lines) * 5.5)).toFixed(8);
    written.push(`{'loss': ${loss}, 'grad_norm': 0.81, 'global_step/max_steps': '${line}/${lines}'}`);
  }
  if (state === 'failed') {
    written.push(
      'Traceback (most recent call last):',
      '  File "/home/mira/env/lib/python3.11/site-packages/swift/pipelines/train/sft.py", line 204, in train',
      '    trainer.train(trainer.args.resume_from_checkpoint)',
      'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.32 GiB. GPU 0 has a total capacity of 79.25 GiB.',
    );
  }
  const text = `${written.join('\n')}\n`;
  const sizeBytes = new TextEncoder().encode(text).length;
  return { text, startOffset: 0, endOffset: sizeBytes, sizeBytes };
}

/** Numbers from 0 to 1 that are the same each time: mulberry32. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const CONFIG_TEXT = `# Teaches a tiny model the words for numbers.
model: ./model
tuner_type: full
dataset: [data/train.jsonl]
max_steps: 1000
learning_rate: 1e-3
per_device_train_batch_size: 7
eval_steps: 62
logging_steps: 1
hub_token: \${env:HUB_TOKEN}

tunewright:
  tags: [first, words]
`;
