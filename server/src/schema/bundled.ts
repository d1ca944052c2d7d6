/** The snapshot of the engine's schema that ships with the programs of this folder. */
import { readdirSync } from 'node:fs';
import type { EngineSchema } from '../../../protocol/src/schema.ts';
import { readSchemaFile } from './store.ts';

/**
 * Reads the snapshot. `program` is the address of the running program: the snapshot lies beside the bundle, and
 * beside the sources in the source tree. Throws where it is missing.
 */
export function readBundledSchema(program: string): EngineSchema {
  for (const folder of [new URL('./schemas/', program), new URL('../schemas/', program)]) {
    const name = namesIn(folder).find((file) => /^engine-.*\.json$/.test(file));
    if (name !== undefined) return readSchemaFile(new URL(name, folder));
  }
  throw new Error('The schema that ships with Tunewright is missing. Install Tunewright again.');
}

function namesIn(folder: URL): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
