import { describe, expect, it } from 'vitest';
import type { ToolEnvironment, ToolHealth } from '../../../protocol/src/tool.ts';
import { Failure } from '../errors.ts';
import {
  chooseInterpreter,
  expandInterpreterPath,
  interpreterCandidates,
  offeredInterpreters,
  shortInterpreterName,
} from './candidates.ts';

const nothing = {
  setting: undefined,
  fromPythonExtension: undefined,
  inWorkspace: [],
  activeEnvironment: undefined,
};

function environment(interpreter: string, health: ToolHealth): ToolEnvironment {
  return { tool: 'engine', interpreter, health, packages: {} };
}

describe('candidates', () => {
  it('are the setting alone where there is one', () => {
    const candidates = interpreterCandidates({ ...nothing, setting: '/a', inWorkspace: ['/b'] });
    expect(candidates).toEqual([{ path: '/a', source: 'setting' }]);
  });

  it('are all offered to a person who chooses anew', () => {
    const offered = offeredInterpreters({ ...nothing, setting: '/a', inWorkspace: ['/b', '/a'] });
    expect(offered.map(({ path }) => path)).toEqual(['/a', '/b']);
  });

  it('are ordered: Python extension, workspace, the active environment; each path once', () => {
    const candidates = interpreterCandidates({
      setting: undefined,
      fromPythonExtension: '/w/.venv/bin/python',
      inWorkspace: ['/w/.venv/bin/python', '/w/venv/bin/python'],
      activeEnvironment: '/conda/bin/python',
    });
    expect(candidates.map(({ path, source }) => `${source} ${path}`)).toEqual([
      'python-extension /w/.venv/bin/python',
      'workspace /w/venv/bin/python',
      'active-environment /conda/bin/python',
    ]);
  });
});

describe('the choice', () => {
  const candidates = interpreterCandidates({
    ...nothing,
    fromPythonExtension: '/usr/bin/python3',
    inWorkspace: ['/w/.venv/bin/python'],
  });

  it('is the first candidate that has a working engine', async () => {
    const chosen = await chooseInterpreter(candidates, async (path) =>
      environment(path, path.includes('.venv') ? 'ok' : 'missing'),
    );
    expect(chosen?.path).toBe('/w/.venv/bin/python');
  });

  it('is the first candidate where none has it, so that the message names what the person chose', async () => {
    const chosen = await chooseInterpreter(candidates, async (path) => environment(path, 'missing'));
    expect(chosen?.path).toBe('/usr/bin/python3');
  });

  it('passes over a candidate that cannot be inspected', async () => {
    const chosen = await chooseInterpreter(candidates, async (path) => {
      if (path === '/usr/bin/python3') throw new Failure('interpreter-not-found', { interpreter: path });
      return environment(path, 'ok');
    });
    expect(chosen?.path).toBe('/w/.venv/bin/python');
  });

  it('fails as the inspection fails where nothing can be inspected', async () => {
    const inspect = async (path: string) => {
      throw new Failure('interpreter-not-found', { interpreter: path });
    };
    await expect(chooseInterpreter(candidates.slice(0, 1), inspect)).rejects.toThrow('/usr/bin/python3');
  });

  it('is nothing without candidates', async () => {
    expect(await chooseInterpreter([], async (path) => environment(path, 'ok'))).toBeUndefined();
  });
});

describe('a path in the settings', () => {
  const facts = { home: '/home/me', workspaceFolder: '/w', platform: 'linux' } as const;
  it.each([
    ['~/engine/bin/python', '/home/me/engine/bin/python'],
    [`\${workspaceFolder}/.venv/bin/python`, '/w/.venv/bin/python'],
    ['.venv/bin/python', '/w/.venv/bin/python'],
    ['/usr/bin/python3', '/usr/bin/python3'],
    ['python3.12', 'python3.12'],
    ['~other/bin/python', '/w/~other/bin/python'],
  ])('%s stands for %s', (text, path) => {
    expect(expandInterpreterPath(text, facts)).toBe(path);
  });

  it('keeps a Windows drive', () => {
    const windows = { home: 'C:\\Users\\me', workspaceFolder: 'C:\\w', platform: 'win32' } as const;
    expect(expandInterpreterPath('D:\\env\\Scripts\\python.exe', windows)).toBe(
      'D:\\env\\Scripts\\python.exe',
    );
    expect(expandInterpreterPath('~\\env\\python.exe', windows)).toBe('C:\\Users\\me\\env\\python.exe');
  });
});

describe('a short name', () => {
  it.each([
    ['/w/.venv/bin/python', '.venv'],
    ['C:\\w\\engine\\Scripts\\python.exe', 'engine'],
    ['/opt/python3', 'python3'],
    ['python3', 'python3'],
    ['/bin/python', 'python'],
  ])('of %s is %s', (path, name) => {
    expect(shortInterpreterName(path)).toBe(name);
  });
});
