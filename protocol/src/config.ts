/** The keys that a config may hold beside the engine's: written once here, known to the server and the bridge alike. */
import * as z from 'zod';
import { HealthAction } from './alert.ts';

/** How training is spread over devices; one field instead of the engine's five. */
export const ParallelStrategy = z.enum([
  'single',
  'ddp',
  'fsdp2',
  'zero0',
  'zero1',
  'zero2',
  'zero2-offload',
  'zero3',
  'zero3-offload',
  'megatron',
]);
export type ParallelStrategy = z.infer<typeof ParallelStrategy>;

/** What to do about each kind of alert; the kinds are those of `AlertKind`. */
export const AlertActions = z.strictObject({
  nan: HealthAction.optional().describe('What to do about a loss or gradient norm that is no finite number.'),
  zero_loss: HealthAction.optional().describe('What to do about a loss of exactly 0.'),
  divergence: HealthAction.optional().describe('What to do about a loss far above what it was.'),
  hang: HealthAction.optional().describe('What to do about steps that do not come.'),
  idle_device: HealthAction.optional().describe(
    'What to do about a device without work while the run goes on.',
  ),
  memory_growth: HealthAction.optional().describe('What to do about memory that grows from step to step.'),
  slowdown: HealthAction.optional().describe('What to do about steps that take much longer than before.'),
  disk_full: HealthAction.optional().describe(
    'What to do about a disk that will be full before the next checkpoint.',
  ),
  out_of_memory: HealthAction.optional().describe('What to do about a device or host without memory.'),
  engine_failure: HealthAction.optional().describe('What to do about a failure of the engine that is known.'),
  plateau: HealthAction.optional().describe('What to do about a loss that no longer falls.'),
});
export type AlertActions = z.infer<typeof AlertActions>;

/** Which alerts watch a run, and what they may do. */
export const HealthPolicy = z.strictObject({
  enabled: z.boolean().optional().describe('Whether alerts watch the run.'),
  stall_minutes: z
    .number()
    .min(0)
    .optional()
    .describe("Minutes without a step before an alert; by the run's own pace where absent."),
  on_alert: HealthAction.optional().describe('What an alert does where `alerts` does not name its kind.'),
  alerts: AlertActions.optional().describe('What to do, by kind of alert.'),
});
export type HealthPolicy = z.infer<typeof HealthPolicy>;

/** The block `tunewright:` of a config: what belongs to the experiment rather than to the person. */
export const OwnBlock = z.strictObject({
  name: z.string().min(1).optional().describe('A name for the run; the file name otherwise.'),
  tags: z.array(z.string()).optional().describe('Words by which runs are found again.'),
  devices: z.int().min(1).optional().describe('Devices on each node; those of the target otherwise.'),
  nodes: z.int().min(1).optional().describe('Machines that train together.'),
  retries: z.int().min(0).optional().describe('How often a crashed run resumes by itself.'),
  queue: z.string().min(1).optional().describe('The queue in which the run waits for free devices.'),
  health: HealthPolicy.optional().describe('Which alerts watch the run, and what they may do.'),
  parity: z.boolean().optional().describe('Whether to compare the first steps with a reference strategy.'),
});
export type OwnBlock = z.infer<typeof OwnBlock>;

/** Every key of ours at the top level of a config. */
export const OwnKeys = z.strictObject({
  parallel_strategy: ParallelStrategy.optional().describe('How training is spread over devices.'),
  global_batch_size: z
    .int()
    .min(1)
    .optional()
    .describe('Samples per optimizer step over all devices; sets gradient_accumulation_steps.'),
  tunewright: OwnBlock.optional().describe('Settings of the experiment that the engine never sees.'),
});
export type OwnKeys = z.infer<typeof OwnKeys>;

/** The names of the own keys at the top level. */
export const OWN_KEY_NAMES: readonly (keyof OwnKeys)[] = [
  'parallel_strategy',
  'global_batch_size',
  'tunewright',
];
