/** How a process on a host is named so that a reused process id is never taken for it. */
import * as z from 'zod';

/** A process id is only believed together with the start token and the boot id. */
export const ProcessIdentity = z.object({
  pid: z.int(),
  /** Opaque and compared for equality only: the kernel's start ticks on Linux, the creation time elsewhere. */
  startToken: z.string(),
  /** Changes with each boot, so that a reboot ends every identity. */
  bootId: z.string(),
  hostName: z.string(),
});
export type ProcessIdentity = z.infer<typeof ProcessIdentity>;
