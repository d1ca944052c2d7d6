/** Which schema is in force: the installed engine's where the editor sent it, the bundled snapshot otherwise. */
import { readFileSync } from 'node:fs';
import type { SchemaNotice, SchemaStatus } from '../../../protocol/src/lsp.ts';
import { EngineSchema } from '../../../protocol/src/schema.ts';
import { SchemaLookup } from './lookup.ts';

/** Reads a schema file. Throws where it is missing or is none. */
export function readSchemaFile(path: string | URL): EngineSchema {
  return EngineSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
}

/** Holds the schema in force. The snapshot is read once, when first asked for. */
export class SchemaStore {
  readonly #readBundled: () => EngineSchema;
  #bundled: SchemaLookup | undefined;
  #live: { readonly lookup: SchemaLookup; readonly interpreter?: string } | undefined;

  constructor(readBundled: () => EngineSchema) {
    this.#readBundled = readBundled;
  }

  get current(): SchemaLookup {
    if (this.#live) return this.#live.lookup;
    this.#bundled ??= new SchemaLookup(this.#readBundled());
    return this.#bundled;
  }

  get status(): SchemaStatus {
    const engineVersion = this.current.schema.engineVersion;
    if (!this.#live) return { engineVersion, isBundled: true };
    const { interpreter } = this.#live;
    return { engineVersion, isBundled: false, ...(interpreter === undefined ? {} : { interpreter }) };
  }

  /** Puts the installed engine's schema in force, or the snapshot back. */
  take(notice: SchemaNotice): void {
    const { schema, interpreter } = notice;
    this.#live = schema
      ? { lookup: new SchemaLookup(schema), ...(interpreter === undefined ? {} : { interpreter }) }
      : undefined;
  }
}
