/** Every failure that the bridge reports by name. The code and its values decide the words; each side has its own languages. */
import * as z from 'zod';

export const BridgeErrorCode = z.enum([
  'interpreter-not-found',
  'engine-not-installed',
  'engine-broken',
  'config-not-found',
  'config-not-readable',
  'config-invalid',
  'task-unknown',
  'task-unsupported',
  'secret-missing',
  'model-not-found',
  'target-unknown',
  'executor-unsupported',
  'run-not-found',
  'run-directory-unreadable',
  'run-not-live',
  'run-live',
  'no-checkpoint',
  'checkpoint-unusable',
  'not-queued',
  'directory-not-writable',
  'disk-full',
  'supervisor-not-started',
  'protocol-mismatch',
  'invalid-request',
  'internal',
]);
export type BridgeErrorCode = z.infer<typeof BridgeErrorCode>;

/** The `data` of a JSON-RPC error. */
export const BridgeErrorData = z.object({
  code: BridgeErrorCode,
  /** Values for the message: paths, names, versions, reasons. */
  values: z.record(z.string(), z.string()),
});
export type BridgeErrorData = z.infer<typeof BridgeErrorData>;

/** JSON-RPC's number for every failure of the table above; the specification leaves -32000 to -32099 to the server. */
export const BRIDGE_ERROR_NUMBER = -32000;
