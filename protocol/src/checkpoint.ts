/** Checkpoints of a run, and what is checked before an attempt goes on from one. */
import * as z from 'zod';

export const CheckpointSummary = z.object({
  /** Absolute path of its folder. */
  path: z.string(),
  attempt: z.int(),
  step: z.int(),
  epoch: z.number().optional(),
  sizeBytes: z.int(),
  createdAtMs: z.int(),
  /** Whether every file is there that the engine writes into one; says nothing of their content. */
  isComplete: z.boolean(),
});
export type CheckpointSummary = z.infer<typeof CheckpointSummary>;

/** Where an attempt goes on. */
export const ResumePoint = z.object({
  /** The attempt that wrote the checkpoint. */
  attempt: z.int(),
  checkpoint: z.string(),
  step: z.int(),
});
export type ResumePoint = z.infer<typeof ResumePoint>;

export const PreflightCode = z.enum([
  'checkpoint-incomplete',
  'weights-damaged',
  'weights-only',
  'optimizer-unreadable',
  'scheduler-unreadable',
  'random-state-unreadable',
  'trainer-state-unreadable',
  'arguments-differ',
  'world-size-differs',
  'dataset-changed',
  'dataset-missing',
  'already-finished',
]);
export type PreflightCode = z.infer<typeof PreflightCode>;

/** One thing that a preflight has to say. An `error` means that the attempt would fail or train something else. */
export const PreflightCheck = z.object({
  code: PreflightCode,
  severity: z.enum(['error', 'warning', 'information']),
  /** Values for the text: files, numbers, reasons. */
  values: z.record(z.string(), z.string()),
});
export type PreflightCheck = z.infer<typeof PreflightCheck>;

/** An argument that the attempt would get and the checkpoint was not trained with; absent where one has none. */
export const ArgumentDifference = z.object({
  key: z.string(),
  ofCheckpoint: z.string().optional(),
  ofAttempt: z.string().optional(),
});
export type ArgumentDifference = z.infer<typeof ArgumentDifference>;

export const ResumePreflight = z.object({
  point: ResumePoint,
  /** The first step that would be trained. */
  nextStep: z.int(),
  maxSteps: z.int().optional(),
  checks: z.array(PreflightCheck),
  differences: z.array(ArgumentDifference),
  /** Every checkpoint of the run, newest first. */
  checkpoints: z.array(CheckpointSummary),
});
export type ResumePreflight = z.infer<typeof ResumePreflight>;
