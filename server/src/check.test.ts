/** The command line check as a program. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { DEADLINE_MS } from '../../test/harness/source-server.ts';

vi.setConfig({ testTimeout: 3 * DEADLINE_MS });

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'check-'));
  mkdirSync(join(folder, 'configs'));
  mkdirSync(join(folder, 'node_modules'));
  writeFileSync(
    join(folder, 'configs', 'a.sft.yaml'),
    'model: a/b\ndataset: alpaca-gpt4\ntrian_type: full\ndeepspeed: ds.json\n',
  );
  writeFileSync(join(folder, 'configs', 'good.sft.yaml'), 'model: a/b\ndataset: [a/c]\n');
  writeFileSync(join(folder, 'configs', 'service.yaml'), 'apiVersion: v1\nkind: Pod\n');
  writeFileSync(join(folder, 'node_modules', 'b.sft.yaml'), 'trian_type: full\n');
  mkdirSync(join(folder, 'nothing'));
  writeFileSync(join(folder, 'plain.yaml'), 'trian_type: full\n');
});

afterAll(() => rmSync(folder, { recursive: true }));

function check(...args: readonly string[]) {
  const program = fileURLToPath(new URL('./check.ts', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { status, stdout: stdout.trim(), stderr: stderr.trim() };
}

test('configs below a folder are found and judged, and nobody else’s files', () => {
  const { status, stdout } = check('.');
  expect(stdout.split('\n')).toEqual([
    'configs/a.sft.yaml:3:1: error: trian_type is no argument of sft. Did you mean tuner_type? [unknown-key]',
    expect.stringMatching(/^configs\/a\.sft\.yaml:4:12: warning: There is no ds\.json .*\[path-not-found\]$/),
    '2 configs: 1 errors, 1 warnings, 0 notes',
  ]);
  expect(status).toBe(1);
  expect(check('configs/good.sft.yaml', '--strict').status).toBe(0);
});

test('programs and code hosts get the same findings', () => {
  const found = JSON.parse(check('--format', 'json', 'configs').stdout) as { findings: object[] };
  expect(found).toMatchObject({ configs: 2, error: 1, warning: 1, information: 0 });
  expect(found.findings[0]).toMatchObject({
    file: join('configs', 'a.sft.yaml'),
    rule: 'unknown-key',
    path: ['trian_type'],
    line: 3,
    column: 1,
    endColumn: 11,
  });
  const sarif: unknown = JSON.parse(check('--format', 'sarif', 'configs').stdout);
  expect(sarif).toMatchObject({
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { rules: [{ id: 'path-not-found' }, { id: 'unknown-key' }] } },
        results: [
          {
            ruleId: 'unknown-key',
            level: 'error',
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: 'configs/a.sft.yaml' },
                  region: { startLine: 3, startColumn: 1 },
                },
              },
            ],
          },
          { ruleId: 'path-not-found', level: 'warning' },
        ],
      },
    ],
  });
});

test('a folder without a config is told, and fails nothing', () => {
  expect(check('nothing')).toMatchObject({
    status: 0,
    stdout: '0 configs: 0 errors, 0 warnings, 0 notes',
    stderr: expect.stringContaining('No config was found in nothing.'),
  });
});

test('what cannot be checked says why, and what to do', () => {
  expect(check('nowhere')).toMatchObject({ status: 2, stderr: 'There is no nowhere.' });
  expect(check('--task', 'stf', 'plain.yaml')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('stf is no task. Choose one of: pt, sft,'),
  });
  expect(check()).toMatchObject({ status: 2, stderr: expect.stringContaining('Name what to check.') });
  expect(check('--nonsense', '.')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('--nonsense'),
  });
  expect(check('plain.yaml')).toMatchObject({ status: 2, stderr: expect.stringContaining('--task') });
  expect(check('--task', 'sft', 'plain.yaml').stdout).toContain('plain.yaml:1:1: error: trian_type');
});
