/**
 * Compares the server with the engine itself, config by config; the last line is one JSON object.
 * `--sample N` a part of the corpus, `--seed N`, `--only KIND`, `--examples N` of each disagreement, `--json FILE` every
 * comparison; `--report FILE` for `npm test`: fails on a false error, and where less is caught than was agreed.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SchemaLookup } from '../../server/src/schema/lookup.ts';
import { readSchemaFile } from '../../server/src/schema/store.ts';
import { repository } from '../setup/home.mjs';
import { compare } from './compare.ts';
import { corpus } from './corpus.ts';
import { verdictsOf } from './judge.ts';
import { checksOf, reportOf, totalsOf } from './report.ts';

const { values: options } = parseArgs({
  options: {
    sample: { type: 'string' },
    seed: { type: 'string', default: '4' },
    only: { type: 'string' },
    examples: { type: 'string', default: '3' },
    judges: { type: 'string', default: '2' },
    json: { type: 'string' },
    report: { type: 'string' },
  },
});

// An interrupted comparison leaves nothing: the judges end with their standard input, and their folders at the exit.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const lookup = new SchemaLookup(readSchemaFile(join(repository, 'server', 'schemas', 'engine-4.6.0.json')));
const items = corpus(lookup, {
  seed: Number(options.seed),
  ...(options.sample === undefined ? {} : { sample: Number(options.sample) }),
  ...(options.only === undefined ? {} : { only: options.only }),
});
process.stderr.write(`${items.length} configs\n`);
const verdicts = await verdictsOf(items, {
  judges: Number(options.judges),
  onProgress: (done, of) => process.stderr.write(`the engine judged ${done} of ${of}\n`),
});
const comparisons = items.flatMap((item, index) => {
  const verdict = verdicts[index];
  return verdict ? [compare(item, verdict, lookup)] : [];
});
if (options.json !== undefined) writeFileSync(options.json, JSON.stringify(comparisons, undefined, 1));
console.log(reportOf(comparisons, Number(options.examples)));
const totals = totalsOf(comparisons);
if (options.report !== undefined) {
  const checks = checksOf(totals);
  for (const { name, isPassed } of checks) if (!isPassed) console.error(`Below what was agreed: ${name}`);
  writeFileSync(options.report, JSON.stringify(checks));
  if (checks.some(({ isPassed }) => !isPassed)) process.exitCode = 1;
}
console.log(JSON.stringify(totals));
