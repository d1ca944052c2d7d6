/** File sizes and file names that the house style refuses. */
import { readFileSync } from 'node:fs';

/** Above this a file needs to be taken apart. */
export const MAX_LINES = 400;

const CODE = /\.(ts|mjs|py)$/;
const GENERATED = /(^|\/)generated\/|tunewright_bridge\/protocol\/(?!decode|bounds|__init__)/;
const NAMELESS = /(^|\/)(utils?|common|helpers?|misc|managers?)(\/|\.\w+$)/;

/** One line for each file that is too long or says nothing by its name. `files` are relative to the current folder. */
export function sizeAndNameProblems(files: readonly string[]): string[] {
  const problems: string[] = [];
  for (const file of files) {
    if (NAMELESS.test(file)) problems.push(`${file}: the name says nothing; name the thing that lives there`);
    if (!CODE.test(file) || GENERATED.test(file)) continue;
    const lines = readFileSync(file, 'utf8').split('\n').length - 1;
    if (lines > MAX_LINES) problems.push(`${file}: ${lines} lines; take it apart (at most ${MAX_LINES})`);
  }
  return problems;
}
