/** `targets.yaml`: named places to run. */
import * as z from 'zod';

export const ExecutorName = z.enum(['local', 'slurm', 'ray']);
export type ExecutorName = z.infer<typeof ExecutorName>;

/** What a run asks of its executor; what an executor does not know it refuses by name. */
export const Resources = z.strictObject({
  devices: z.int().min(0).optional().describe('Devices on each node.'),
  nodes: z.int().min(1).optional().describe('Number of nodes.'),
  cpus: z.int().min(1).optional().describe('CPU cores on each node.'),
  memory: z.string().optional().describe('Memory on each node, such as 64G.'),
  time: z.string().optional().describe('Time limit, such as 04:00:00 or 2-00:00:00.'),
  partition: z.string().optional().describe('Slurm partition.'),
  account: z.string().optional().describe('Slurm account.'),
  qos: z.string().optional().describe('Slurm quality of service.'),
  address: z.string().optional().describe('Address of the Ray dashboard, such as http://127.0.0.1:8265.'),
});
export type Resources = z.infer<typeof Resources>;

/** A named place to run. */
export const Target = z.strictObject({
  host: z.string().min(1).optional().describe('`local`, or a Host of your ~/.ssh/config.'),
  executor: ExecutorName.optional().describe('How the host starts a run.'),
  interpreter: z.string().min(1).optional().describe('Python of the environment that holds the engine.'),
  directory: z.string().min(1).optional().describe('Folder on the host under which runs are kept.'),
  resources: Resources.optional().describe('What a run asks of the executor.'),
});
export type Target = z.infer<typeof Target>;

export const TargetsFile = z.strictObject({
  default: z.string().min(1).optional().describe('The target used where none is chosen.'),
  targets: z.record(z.string(), Target).describe('Named places to run.'),
});
export type TargetsFile = z.infer<typeof TargetsFile>;
