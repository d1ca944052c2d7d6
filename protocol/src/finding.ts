/** What a rule, or the engine itself, says of a config. */
import * as z from 'zod';

export const FindingSeverity = z.enum(['error', 'warning', 'information']);
export type FindingSeverity = z.infer<typeof FindingSeverity>;

/** A path into a config: keys and list positions from the top. */
export const ConfigPath = z.array(z.union([z.string(), z.int()]));
export type ConfigPath = z.infer<typeof ConfigPath>;

export const Finding = z.object({
  /** The rule's id, which says the rule: `unknown-key`. */
  id: z.string(),
  message: z.string(),
  path: ConfigPath,
  severity: FindingSeverity,
});
export type Finding = z.infer<typeof Finding>;
