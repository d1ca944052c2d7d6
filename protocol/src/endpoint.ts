/** A served model. */
import * as z from 'zod';
import { RunState } from './run.ts';

/** A served model with an OpenAI-compatible URL. The key never travels: it stays in the editor's secret storage. */
export const Endpoint = z.object({
  runId: z.string(),
  name: z.string(),
  /** Ends in `/v1`. */
  url: z.string(),
  model: z.string(),
  state: RunState,
});
export type Endpoint = z.infer<typeof Endpoint>;
