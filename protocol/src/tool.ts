/** Programs with an environment of their own, the health of those, and what the doctor says. */
import * as z from 'zod';

export const ToolName = z.enum(['engine', 'evaluator', 'quantizer', 'vllm', 'sglang', 'lmdeploy']);
export type ToolName = z.infer<typeof ToolName>;

/** `missing`: the interpreter or the package is not there. `broken`: it is there and does not work. */
export const ToolHealth = z.enum(['ok', 'missing', 'broken', 'unknown']);
export type ToolHealth = z.infer<typeof ToolHealth>;

export const ToolEnvironment = z.object({
  tool: ToolName,
  /** Absolute path of the Python that runs the tool. */
  interpreter: z.string(),
  /** Name of the lock that the environment was made from; absent where the user made it. */
  lock: z.string().optional(),
  health: ToolHealth,
  pythonVersion: z.string().optional(),
  /** Installed versions of the packages that matter, by distribution name. */
  packages: z.record(z.string(), z.string()),
  /** Why the health is not `ok`. */
  detail: z.string().optional(),
});
export type ToolEnvironment = z.infer<typeof ToolEnvironment>;

export const DoctorStatus = z.enum(['ok', 'warning', 'failed', 'skipped']);
export type DoctorStatus = z.infer<typeof DoctorStatus>;

/** Everything that a check can find. The code and its values decide the words; each side has its own languages. */
export const DoctorCode = z.enum([
  'check-broken',
  'bridge-runs',
  'interpreter-not-chosen',
  'interpreter-not-found',
  'interpreter-is-folder',
  'interpreter-not-startable',
  'interpreter-silent',
  'interpreter-killed',
  'interpreter-fails',
  'interpreter-too-old',
  'interpreter-no-python',
  'interpreter-answers',
  'interpreter-needed',
  'engine-needed',
  'python-too-old',
  'python-found',
  'engine-not-installed',
  'engine-broken',
  'engine-too-old',
  'engine-found',
  'torch-not-installed',
  'torch-for-cpu',
  'torch-for-apple',
  'torch-for-accelerators',
  'accelerator-apple',
  'accelerator-unused',
  'accelerator-found',
  'accelerator-none',
  'pins-met',
  'pins-differ',
  'pins-missing',
  'pins-differ-and-missing',
  'grpo-needs-msgspec',
  'grpo-ready',
  'evaluator-not-installed',
  'evaluator-found',
  'disk-free',
  'uv-not-found',
  'uv-found',
]);
export type DoctorCode = z.infer<typeof DoctorCode>;

export const DoctorAdviceCode = z.enum([
  'choose-interpreter',
  'make-environment',
  'install-anew',
  'install-torch-for-cuda',
  'free-disk-space',
  'run-command',
]);
export type DoctorAdviceCode = z.infer<typeof DoctorAdviceCode>;

export const DoctorAdvice = z.object({
  code: DoctorAdviceCode,
  /** Values for the sentence: a command to paste. */
  values: z.record(z.string(), z.string()),
});
export type DoctorAdvice = z.infer<typeof DoctorAdvice>;

export const DoctorCheck = z.object({
  id: z.string(),
  status: DoctorStatus,
  /** What was found. */
  code: DoctorCode,
  /** Values for the sentence: paths, names, versions, what a program said. */
  values: z.record(z.string(), z.string()),
  /** What to do next, where something should be done. */
  next: DoctorAdvice.optional(),
});
export type DoctorCheck = z.infer<typeof DoctorCheck>;

export const DoctorReport = z.object({ checks: z.array(DoctorCheck) });
export type DoctorReport = z.infer<typeof DoctorReport>;
