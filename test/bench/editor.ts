/** How long the extension takes to activate in a real VS Code, measured from inside its extension host. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { startCodeServer } from '../../scripts/editor/code-server.ts';
import { runVisibly } from '../../scripts/setup/command.mjs';
import { childEnvironment, nodePath, repository } from '../../scripts/setup/home.mjs';
import { openBrowser } from '../e2e/harness/browser.ts';
import { median } from './figures.ts';

const ROUNDS = 3;
const DEADLINE_MS = 60_000;
const Answer = z.object({ activationMs: z.number() });

/** Packs the probe: an extension that activates ours and writes down how long that took. */
async function packProbe(folder: string): Promise<string> {
  const vsix = join(folder, 'probe.vsix');
  const vsce = join(repository, 'node_modules', '@vscode', 'vsce', 'vsce');
  const args = [
    vsce,
    'package',
    '--no-dependencies',
    '--allow-missing-repository',
    '--skip-license',
    '--out',
    vsix,
  ];
  const options = { cwd: join(repository, 'test', 'bench', 'probe'), env: childEnvironment() };
  if ((await runVisibly(nodePath(), args, options)) !== 0) throw new Error('The probe could not be packed.');
  return vsix;
}

function written(path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const late = new Error(`The extension was not activated within ${DEADLINE_MS / 1000} s.`);
    const watcher = watch(path, () => {
      const text = readFileSync(path, 'utf8');
      if (text.endsWith('\n')) end(() => resolve(text));
    });
    const deadline = setTimeout(() => end(() => reject(late)), DEADLINE_MS);
    const end = (last: () => void) => {
      watcher.close();
      clearTimeout(deadline);
      last();
    };
  });
}

export async function measureActivation(): Promise<{ activationMs: number }> {
  const base = mkdtempSync(join(tmpdir(), 'tunewright-bench-'));
  try {
    const probe = await packProbe(base);
    const folder = join(base, 'empty');
    mkdirSync(folder);
    const answerPath = join(base, 'answer.json');
    const activationsMs: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      writeFileSync(answerPath, '');
      const answer = written(answerPath);
      const editor = await startCodeServer({
        folder,
        vsixPaths: [join(repository, 'build', 'tunewright.vsix'), probe],
        stateFolder: join(base, 'editor'),
        settings: {},
        environment: { TUNEWRIGHT_BENCH_ANSWER: answerPath },
      });
      const browser = await openBrowser();
      try {
        await browser.page.goto(editor.url);
        activationsMs.push(Answer.parse(JSON.parse(await answer)).activationMs);
      } finally {
        await browser.close();
        await editor.stop();
      }
    }
    return { activationMs: median(activationsMs) };
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}
