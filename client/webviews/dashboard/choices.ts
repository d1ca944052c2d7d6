/** What a person chose in the dashboard, kept while the editor keeps the tab. */
import * as z from 'zod';

export const TabName = z.enum(['curves', 'devices', 'log', 'config']);
export type TabName = z.infer<typeof TabName>;

export const Choices = z.object({
  tab: TabName,
  /** Weight of the moving average: 0 draws the raw line only. */
  smoothing: z.number().min(0).max(0.99),
  isLogScale: z.boolean(),
  xAxis: z.enum(['step', 'epoch']),
  isFollowingLog: z.boolean(),
  /** Absent until a person chooses: open where more than timings is to be seen. */
  areOthersOpen: z.boolean().optional(),
});
export type Choices = z.infer<typeof Choices>;

export const FIRST_CHOICES: Choices = {
  tab: 'curves',
  smoothing: 0.6,
  isLogScale: false,
  xAxis: 'step',
  isFollowingLog: true,
};
