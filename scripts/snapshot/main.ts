/** Asks the engine of the tools folder (or `$TUNEWRIGHT_ENGINE_PYTHON`) for its schema and bundles the facts of it. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { EngineSchema } from '../../protocol/src/schema.ts';
import { repository, toolPaths } from '../setup/home.mjs';
import { snapshotText } from './text.ts';

const program = join(repository, 'python-bridge/src/tunewright_bridge/engine/swift/introspect.py');

function introspect(interpreter: string): EngineSchema {
  const folder = mkdtempSync(join(tmpdir(), 'tunewright-snapshot-'));
  const answer = join(folder, 'schema.json');
  try {
    execFileSync(interpreter, [program, answer], { stdio: ['ignore', 'ignore', 'inherit'] });
    return EngineSchema.parse(JSON.parse(readFileSync(answer, 'utf8')));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const interpreter = process.env.TUNEWRIGHT_ENGINE_PYTHON ?? toolPaths().enginePython;
const schema = introspect(interpreter);
const path = join(repository, 'server', 'schemas', `engine-${schema.engineVersion}.json`);
writeFileSync(path, snapshotText(schema));
process.stdout.write(`${path}: ${schema.pool.length} arguments, ${schema.registries.models.length} models\n`);
