import { PassThrough, Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { silentLog } from '../../../test/vscode/table-bridge.ts';
import { connect } from './connection.ts';

it('tells why the bridge ended, though its pipe broke first', async () => {
  const brokenPipe = new Writable({ write: (_chunk, _encoding, done) => done(new Error('write EPIPE')) });
  const end = { exitCode: 127, signal: undefined, errorText: '', startError: undefined };
  let exit: (value: typeof end) => void = () => undefined;
  const ended = new Promise<typeof end>((resolve) => {
    exit = resolve;
  });
  brokenPipe.on('error', () => setImmediate(() => exit(end)));
  const transport = { output: new PassThrough(), input: brokenPipe, ended, end: () => undefined };
  const connecting = connect({
    transport,
    log: silentLog,
    initializeDeadlineMs: 5_000,
    onNotice: () => undefined,
  });
  await expect(connecting).rejects.toMatchObject({ code: 'bridge-needs-python' });
});
