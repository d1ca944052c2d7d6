import { beforeEach, describe, expect, it, vi } from 'vitest';
import { BridgeErrorCode } from '../../protocol/src/errors.ts';
import { l10n, recorded, resetEditor } from '../../test/vscode/stand-in.ts';
import { asFailure, bridgeFailure, FAILURE_CODES, Failure, showFailure } from './errors.ts';
import type { Log } from './log.ts';

const silent: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  show: () => undefined,
};

beforeEach(resetEditor);

describe('failures', () => {
  it('have words for every code of the bridge', () => {
    expect(FAILURE_CODES).toEqual(expect.arrayContaining(BridgeErrorCode.options));
  });

  it('fill the values into the words', () => {
    const failure = bridgeFailure({
      code: 'engine-not-installed',
      values: { interpreter: '/home/me/.venv/bin/python' },
    });
    expect(failure.message).toContain('/home/me/.venv/bin/python');
    expect(failure.message).not.toMatch(/[{}]/);
  });

  it("say a state in the person's language", () => {
    const inEnglish = l10n.t;
    const translated = vi
      .spyOn(l10n, 't')
      .mockImplementation((text, ...values) => (text === 'failed' ? '失败' : inEnglish(text, ...values)));
    const failure = bridgeFailure({ code: 'run-not-live', values: { run: 'a', state: 'failed' } });
    translated.mockRestore();
    expect(failure.message).toBe('The run a has already ended (失败).');
  });

  it('offer to install a missing engine into the very interpreter', async () => {
    recorded.nextPressed = 'Install';
    const failure = bridgeFailure({
      code: 'engine-not-installed',
      values: { interpreter: '/env/bin/python' },
    });
    await showFailure(failure, silent, 'The run cannot be started');
    expect(recorded.messages).toEqual([
      {
        kind: 'error',
        text: 'The run cannot be started: The engine (ms-swift) is not installed in /env/bin/python. Install it there, or choose an interpreter that has it.',
        buttons: ['Install', 'Choose Interpreter'],
      },
    ]);
    expect(recorded.commands).toEqual([{ id: 'tunewright.installEngine', arguments: ['/env/bin/python'] }]);
  });

  it('say what is wrong with a folder that cannot be written, and run nothing when the message is left', async () => {
    const failure = bridgeFailure({
      code: 'directory-not-writable',
      values: { path: '/mnt/readonly/.tunewright', reason: 'Read-only file system' },
    });
    await showFailure(failure, silent);
    expect(recorded.messages[0]?.text).toBe(
      'The run cannot be stored in /mnt/readonly/.tunewright: Read-only file system. Make the folder writable or work in another.',
    );
    expect(recorded.commands).toEqual([]);
  });

  it('turn what nobody foresaw into a message that names it', () => {
    const failure = asFailure(new TypeError('x is undefined'));
    expect(failure.code).toBe('internal');
    expect(failure.message).toContain('x is undefined');
  });

  it('lead a person without Python to the setting', () => {
    const failure = new Failure('bridge-needs-python');
    expect(failure.message).toContain('Python 3.10 or newer');
    expect(failure.actions[0]).toMatchObject({
      command: 'workbench.action.openSettings',
      arguments: ['tunewright.bridgePython'],
    });
  });
});
