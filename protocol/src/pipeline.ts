/** `<name>.pipeline.yaml`: stages, each a task whose inputs can name other stages' outputs. */
import * as z from 'zod';
import { RunState } from './run.ts';
import { Task } from './task.ts';

export const PipelineStage = z.strictObject({
  task: Task.describe('What the stage asks of the engine.'),
  config: z.string().optional().describe('A config file that the stage starts from.'),
  set: z.record(z.string(), z.unknown()).optional().describe('Keys that the stage sets over its config.'),
  needs: z.array(z.string()).optional().describe('Stages that must have succeeded first.'),
});
export type PipelineStage = z.infer<typeof PipelineStage>;

export const PipelineFile = z.strictObject({
  stages: z.record(z.string(), PipelineStage).describe('The stages by name.'),
});
export type PipelineFile = z.infer<typeof PipelineFile>;

export const StageSummary = z.object({
  name: z.string(),
  task: Task,
  state: RunState,
  runId: z.string().optional(),
});
export type StageSummary = z.infer<typeof StageSummary>;
