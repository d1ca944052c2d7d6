/** Devices of a host and their load. */
import * as z from 'zod';

export const DeviceKind = z.enum(['cpu', 'cuda', 'npu', 'rocm', 'mps']);
export type DeviceKind = z.infer<typeof DeviceKind>;

/** One reading of one device; what a device cannot tell is absent. */
export const DeviceSample = z.object({
  /** Stable on a host: `cpu`, or the vendor's unique id. */
  id: z.string(),
  kind: DeviceKind,
  index: z.int(),
  name: z.string(),
  utilizationPercent: z.number().optional(),
  memoryUsedBytes: z.int().optional(),
  memoryTotalBytes: z.int().optional(),
  temperatureCelsius: z.number().optional(),
  powerWatts: z.number().optional(),
});
export type DeviceSample = z.infer<typeof DeviceSample>;

/** A reader that has nothing to read here, and why. */
export const UnavailableReader = z.object({ reader: z.string(), reason: z.string() });
export type UnavailableReader = z.infer<typeof UnavailableReader>;

export const HostSample = z.object({
  hostName: z.string(),
  atMs: z.int(),
  devices: z.array(DeviceSample),
  unavailable: z.array(UnavailableReader),
});
export type HostSample = z.infer<typeof HostSample>;
