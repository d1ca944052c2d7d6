import { beforeEach, expect, it } from 'vitest';
import { resetEditor } from '../../../test/vscode/stand-in.ts';
import { aRun, silentLog, TableBridge } from '../../../test/vscode/table-bridge.ts';
import { RunStore } from '../runs/store.ts';
import type { CommandContext } from './context.ts';
import { openLog } from './runs.ts';

const ROOT = '/w/.tunewright/runs';

beforeEach(resetEditor);

/** The place in the log that is shown of a run in its second attempt. */
async function placeShownFor(argument: object): Promise<unknown> {
  const bridge = new TableBridge({
    'runs/watch': () => ({ runs: [aRun({ id: 'a', attempt: 2 })], total: 1 }),
  });
  const runs = new RunStore({ bridge, log: silentLog });
  const shown: unknown[] = [];
  const context = {
    runs,
    roots: { ensure: () => runs.watch(ROOT) },
    documents: { showLog: async (...args: unknown[]) => shown.push(...args) },
  } as unknown as CommandContext;
  await openLog.run(context, { kind: 'run', runId: 'a', ...argument });
  expect(shown[0]).toEqual({ root: ROOT, runId: 'a', label: 'first.sft' });
  return shown[1];
}

it('opens the end of a log, or the line that is asked for, in the log of the attempt that printed it', async () => {
  expect(await placeShownFor({})).toEqual({});
  expect(await placeShownFor({ logOffset: 7 })).toEqual({ offset: 7 });
  expect(await placeShownFor({ logOffset: 7, attempt: 2 })).toEqual({ offset: 7 });
  expect(await placeShownFor({ logOffset: 7, attempt: 1 })).toEqual({ offset: 7, earlierAttempt: 1 });
});
