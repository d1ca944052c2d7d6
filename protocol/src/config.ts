/** The keys that a config may hold beside the engine's: written once here, known to the server and the bridge alike. */
import * as z from 'zod';

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

/** Which alarms watch a run, and what they may do. */
export const HealthPolicy = z.strictObject({
  enabled: z.boolean().optional().describe('Whether alarms watch the run.'),
  stall_minutes: z.number().min(0).optional().describe('Minutes without a step before an alarm.'),
  stop_on: z
    .array(z.enum(['nan', 'spike', 'stall', 'disk']))
    .optional()
    .describe('Alarms that stop the run by themselves.'),
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
  health: HealthPolicy.optional().describe('Which alarms watch the run.'),
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
