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

export const DoctorCheck = z.object({
  id: z.string(),
  status: DoctorStatus,
  /** What was found, in one sentence. */
  detail: z.string(),
  /** What to do next, where something should be done. */
  next: z.string().optional(),
});
export type DoctorCheck = z.infer<typeof DoctorCheck>;

export const DoctorReport = z.object({ checks: z.array(DoctorCheck) });
export type DoctorReport = z.infer<typeof DoctorReport>;
