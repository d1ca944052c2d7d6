/** Queues of a host: runs that wait for free devices, in an order that a person can change. */
import * as z from 'zod';
import { DeviceKind } from './device.ts';
import { QueueWait, RunState } from './run.ts';

/** A file of a queue's folder: one run's place. It stays while the run holds devices, and survives whoever wrote it. */
export const QueueEntry = z.object({
  format: z.literal(1),
  root: z.string(),
  runId: z.string(),
  name: z.string(),
  /** Entries start in the order of their ranks; a move gives a rank between two others. */
  rank: z.number(),
  enteredAtMs: z.int(),
  devicesWanted: z.int(),
  /** What it waits for: a run that wants GPUs never starts on the processor because a driver is away. */
  deviceKind: DeviceKind,
  /** The devices that it may get; any of the host where absent. */
  allowedDeviceIds: z.array(z.string()).optional(),
  /** Devices that the run holds; absent while it waits. */
  deviceIds: z.array(z.string()).optional(),
  /** What its supervisor knows of the reason; absent where it is only not its turn. */
  waitsFor: QueueWait.optional(),
});
export type QueueEntry = z.infer<typeof QueueEntry>;

/** An entry as shown, in its order. */
export const QueuedRun = z.object({
  root: z.string(),
  runId: z.string(),
  name: z.string(),
  state: RunState,
  devicesWanted: z.int(),
  deviceIds: z.array(z.string()).optional(),
  /** Absent for a run that holds devices. */
  waitsFor: QueueWait.optional(),
});
export type QueuedRun = z.infer<typeof QueuedRun>;

export const QueueSummary = z.object({ name: z.string(), entries: z.array(QueuedRun) });
export type QueueSummary = z.infer<typeof QueueSummary>;
