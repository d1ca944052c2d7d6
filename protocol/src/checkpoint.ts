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

/** What is wrong with a file of a checkpoint: the value `problem` of the codes below that name a `file`. */
export const FileProblem = z.enum([
  'missing',
  'empty',
  'truncated',
  'damaged',
  'not-readable',
  'another-step',
]);
export type FileProblem = z.infer<typeof FileProblem>;

/** Each code with the names of its values; lists are separated by commas. */
export const PreflightCode = z.enum([
  // files: what the engine writes and is not there.
  'checkpoint-incomplete',
  // file, problem, and detail in English where there is more to say; likewise for the next four.
  'weights-damaged',
  // None: the checkpoint holds no optimizer, which begins anew with the learning rate's schedule.
  'weights-only',
  'optimizer-unreadable',
  'scheduler-unreadable',
  'random-state-unreadable',
  'trainer-state-unreadable',
  // keys: those of the differences that change what is trained.
  'arguments-differ',
  // ofCheckpoint, ofAttempt: numbers of processes.
  'world-size-differs',
  // path
  'dataset-changed',
  // path
  'dataset-missing',
  // step, maxSteps
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
