/** The engine's own verdicts, from warm children of its interpreter; what was judged once is remembered. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { OWN_KEY_NAMES } from '../../protocol/src/config.ts';
import { childEnvironment, repository, toolPaths } from '../setup/home.mjs';
import type { Item } from './item.ts';

const programFolder = join(repository, 'python-bridge', 'src', 'tunewright_bridge', 'engine', 'swift');
const PROGRAM_FILES = ['judge.py', 'judge_fork.py', 'judge_world.py'];
const memoryPath = join(repository, 'build', 'truth', 'verdicts.jsonl');

export const Verdict = z.object({
  stage: z.enum(['yaml', 'parser', 'class', 'accepted']),
  message: z.string(),
  key: z.string().optional(),
  /** The part of the machine that the refusal is about; absent where the file alone shows it. */
  machine: z.string().optional(),
});
export type Verdict = z.infer<typeof Verdict>;

const Remembered = z.object({ hash: z.string(), verdict: Verdict });

/** The verdict on each item, in order. */
export async function verdictsOf(
  items: readonly Item[],
  options: { readonly judges: number; readonly onProgress: (done: number, of: number) => void },
): Promise<readonly Verdict[]> {
  const memory = remembered();
  const programs = PROGRAM_FILES.map((name) => readFileSync(join(programFolder, name), 'utf8'));
  const salt = [...programs, ...engineVersions()].join('\n');
  const hashOf = ({ task, format, text }: Item) =>
    createHash('sha256').update([salt, task, format, text].join('\0')).digest('hex');
  const hashes = items.map(hashOf);
  const missing = [...new Map(items.map((item, index) => [hashes[index] ?? '', item]))].filter(
    ([hash]) => !memory.has(hash),
  );
  let done = 0;
  const take = () => missing.shift();
  const note = (hash: string, verdict: Verdict) => {
    memory.set(hash, verdict);
    appendFileSync(memoryPath, `${JSON.stringify({ hash, verdict })}\n`);
    done += 1;
    if (done % 200 === 0) options.onProgress(done, done + missing.length);
  };
  const count = Math.min(options.judges, Math.ceil(missing.length / 50));
  await Promise.all(Array.from({ length: count }, () => judgeAll(take, note)));
  return hashes.map((hash) => {
    const verdict = memory.get(hash);
    if (!verdict) throw new Error('The engine gave no verdict on every config.');
    return verdict;
  });
}

/** What the verdicts hang on, as the names of folders that installers leave: `ms_swift-4.6.0.dist-info`. */
function engineVersions(): readonly string[] {
  const library = join(toolPaths().engineEnvironment, 'lib');
  return globSync('python*/site-packages/{ms_swift,transformers,trl,peft,accelerate,evalscope}-*.dist-info', {
    cwd: library,
  }).sort();
}

function remembered(): Map<string, Verdict> {
  mkdirSync(dirname(memoryPath), { recursive: true });
  if (!existsSync(memoryPath)) return new Map();
  const lines = readFileSync(memoryPath, 'utf8').split('\n');
  return new Map(
    lines.filter(Boolean).flatMap((line) => {
      const entry = Remembered.safeParse(parsedLine(line));
      return entry.success ? [[entry.data.hash, entry.data.verdict] as const] : [];
    }),
  );
}

/** A line that a killed run left half is none. */
function parsedLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

async function judgeAll(
  take: () => [string, Item] | undefined,
  note: (hash: string, verdict: Verdict) => void,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tunewright-judge-'));
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', removeFolder);
  const child = spawn(toolPaths().enginePython, [join(programFolder, 'judge.py'), folder], {
    env: childEnvironment({ CUDA_VISIBLE_DEVICES: '', PYTHONDONTWRITEBYTECODE: '1', OMP_NUM_THREADS: '1' }),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const complaints: string[] = [];
  child.stderr.on('data', (data) => complaints.splice(0, complaints.length - 20, String(data)));
  try {
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const answer = async () => {
      const { value, done } = await lines.next();
      if (done) throw new Error(`The judge ended: ${complaints.join('')}`);
      return JSON.parse(value) as unknown;
    };
    await answer();
    for (let next = take(); next; next = take()) {
      const [hash, { task, format, text }] = next;
      const question = { task, format, text, without: OWN_KEY_NAMES, isAboutMachine: false };
      child.stdin.write(`${JSON.stringify(question)}\n`);
      note(hash, Verdict.parse(await answer()));
    }
    child.stdin.end();
    await new Promise((resolve) => child.once('exit', resolve));
  } finally {
    child.kill('SIGKILL');
    process.off('exit', removeFolder);
    removeFolder();
  }
}
