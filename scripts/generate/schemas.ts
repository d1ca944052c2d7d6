/** Collects every exported zod schema of the protocol and turns them into one JSON Schema document. */
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';

export interface ProtocolModule {
  /** File name without its ending, such as `run`. */
  readonly name: string;
  /** Names of the schemas that the module exports, sorted: a module namespace keeps no order of its own. */
  readonly schemas: readonly string[];
  /** Exported plain data in upper case, such as `RUN_TRANSITIONS`. */
  readonly constants: Readonly<Record<string, unknown>>;
  /** Exported tables of methods or notifications, as names of schemas. */
  readonly methods: Readonly<Record<string, { readonly params: string; readonly result: string }>>;
}

export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly minimum?: number;
  readonly minLength?: number;
  readonly description?: string;
}

export interface Protocol {
  readonly modules: readonly ProtocolModule[];
  readonly definitions: Readonly<Record<string, JsonSchema>>;
  /** SHA-256 over the definitions and the method table; both sides compare it in `initialize`. */
  readonly hash: string;
}

type Exports = Record<string, unknown>;

function isMethodTable(value: unknown): value is Record<string, { params: z.ZodType; result: z.ZodType }> {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every(
      (entry) => entry?.params instanceof z.ZodType && entry?.result instanceof z.ZodType,
    )
  );
}

function isPlainData(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isPlainData);
  if (value !== null && typeof value === 'object') {
    return Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every(isPlainData);
  }
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function describeModule(name: string, exports: Exports, nameOf: Map<z.ZodType, string>): ProtocolModule {
  const schemas: string[] = [];
  const constants: Record<string, unknown> = {};
  const methods: Record<string, { params: string; result: string }> = {};
  for (const [key, value] of Object.entries(exports).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (value instanceof z.ZodType) schemas.push(key);
    else if (key === key.toUpperCase() && isMethodTable(value)) {
      for (const [method, { params, result }] of Object.entries(value)) {
        methods[method] = { params: nameOf.get(params) ?? '', result: nameOf.get(result) ?? '' };
      }
    } else if (key === key.toUpperCase() && isPlainData(value)) constants[key] = value;
  }
  return { name, schemas, constants, methods };
}

/** Drops what only validators read, and the safe-integer bounds that zod adds to every integer. */
function simplify(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(simplify);
  if (schema === null || typeof schema !== 'object') return schema;
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema)) {
    if (['$schema', '$id', 'propertyNames'].includes(key)) continue;
    if ((key === 'minimum' || key === 'maximum') && Math.abs(value as number) === Number.MAX_SAFE_INTEGER)
      continue;
    result[key] = simplify(value);
  }
  return result;
}

/** Imports all modules in `sourceFolder` and describes them. */
export async function readProtocol(sourceFolder: string): Promise<Protocol> {
  const names = readdirSync(sourceFolder)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -'.ts'.length))
    .sort();
  const loaded: [string, Exports][] = [];
  for (const name of names) {
    loaded.push([name, (await import(pathToFileURL(join(sourceFolder, `${name}.ts`)).href)) as Exports]);
  }

  const nameOf = new Map<z.ZodType, string>();
  const registry = z.registry<{ id: string }>();
  for (const [, exports] of loaded) {
    for (const [key, value] of Object.entries(exports).sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (!(value instanceof z.ZodType)) continue;
      nameOf.set(value, key);
      registry.add(value, { id: key });
    }
  }
  const { schemas } = z.toJSONSchema(registry, { uri: (id) => `#/$defs/${id}`, io: 'input' });
  const definitions = simplify(schemas) as Record<string, JsonSchema>;
  const modules = loaded.map(([name, exports]) => describeModule(name, exports, nameOf));
  const content = JSON.stringify([definitions, modules.map((module) => module.methods)]);
  return { modules, definitions, hash: createHash('sha256').update(content).digest('hex') };
}
