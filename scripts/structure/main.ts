/** The structure check: import order of the TypeScript rooms, file sizes, file names. Prints one line a violation. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import layers from './layers.config.mjs';
import { sizeAndNameProblems } from './sizes.ts';

const ROOMS = ['protocol/src', 'server/src', 'client/src', 'client/webviews', 'scripts'];

/** One line for each import that goes against the order of the house, below the folder `base`. */
export async function importProblems(base: string): Promise<string[]> {
  const { options, forbidden } = layers;
  const rooms = ROOMS.filter((room) => existsSync(join(base, room)));
  const { output } = await cruise(rooms, {
    ...options,
    baseDir: base,
    validate: true,
    ruleSet: { forbidden },
  } as Parameters<typeof cruise>[1]);
  return (output as ICruiseResult).summary.violations.map(
    ({ from, to, rule }) => `${from} imports ${to}: ${rule.name}`,
  );
}

function trackedFiles(base: string): string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: base,
    encoding: 'utf8',
  });
  return listed.split('\0').filter((file) => file !== '' && existsSync(join(base, file)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const base = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
  process.chdir(base);
  const problems = [...(await importProblems(base)), ...sizeAndNameProblems(trackedFiles(base))];
  for (const problem of problems) console.error(problem);
  console.log(problems.length === 0 ? 'structure: in order' : `structure: ${problems.length} to mend`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
