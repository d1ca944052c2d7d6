/** What a config may hold at each place, whether the engine, our own keys or `targets.yaml` say so. */

import * as z from 'zod';
import type { SchemaArgument } from '../../../protocol/src/schema.ts';

/** A value that may stand at a place. */
export type Shape =
  | { readonly kind: 'any' }
  | { readonly kind: 'text' }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'integer' | 'number'; readonly minimum?: number }
  | { readonly kind: 'string'; readonly isFilled: boolean }
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  | { readonly kind: 'list'; readonly element: Shape }
  | MappingShape
  | {
      readonly kind: 'record';
      readonly value: Shape;
      readonly suggestedNames: readonly string[];
      /** Nothing may stand for an empty mapping. */
      readonly isNullable: boolean;
    }
  | { readonly kind: 'argument'; readonly argument: SchemaArgument };

/** A mapping whose keys are known by name. */
export interface MappingShape {
  readonly kind: 'mapping';
  readonly fields: ReadonlyMap<string, Field>;
}

export interface Field {
  readonly name: string;
  readonly shape: Shape;
  readonly isRequired: boolean;
  /** One of ours rather than the engine's. */
  readonly isOwn: boolean;
  /** English; the engine's own words where they are known. */
  readonly documentation?: string;
}

/** The part of JSON Schema that our zod schemas use. */
const JsonSchema = z.looseObject({
  type: z.string().optional(),
  enum: z.array(z.string()).optional(),
  minimum: z.number().optional(),
  minLength: z.number().optional(),
  description: z.string().optional(),
  required: z.array(z.string()).optional(),
  get items() {
    return JsonSchema.optional();
  },
  get properties() {
    return z.record(z.string(), JsonSchema).optional();
  },
  get additionalProperties() {
    return z.union([z.boolean(), JsonSchema]).optional();
  },
});
type JsonSchema = z.infer<typeof JsonSchema>;

/** The shape of what a zod object schema of the protocol takes in. */
export function shapeOfZod(schema: z.ZodObject): MappingShape {
  const shape = shapeOfJson(JsonSchema.parse(z.toJSONSchema(schema, { io: 'input' })));
  if (shape.kind !== 'mapping') throw new Error('An object schema gave no mapping.');
  return shape;
}

function shapeOfJson(schema: JsonSchema): Shape {
  if (schema.enum) return { kind: 'choice', choices: schema.enum };
  switch (schema.type) {
    case 'boolean':
      return { kind: 'boolean' };
    case 'integer':
    case 'number':
      return { kind: schema.type, ...minimumOf(schema) };
    case 'string':
      return { kind: 'string', isFilled: (schema.minLength ?? 0) > 0 };
    case 'array':
      return { kind: 'list', element: schema.items ? shapeOfJson(schema.items) : { kind: 'any' } };
    case 'object':
      return shapeOfObject(schema);
    default:
      return { kind: 'any' };
  }
}

function minimumOf({ minimum }: JsonSchema): { minimum?: number } {
  // zod writes the bounds of safe integers, which are no bounds that a person knows of.
  return minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER ? { minimum } : {};
}

function shapeOfObject(schema: JsonSchema): Shape {
  const { properties, additionalProperties } = schema;
  if (!properties || Object.keys(properties).length === 0) {
    const value: Shape =
      typeof additionalProperties === 'object' ? shapeOfJson(additionalProperties) : { kind: 'any' };
    return { kind: 'record', value, suggestedNames: [], isNullable: false };
  }
  const fields = Object.entries(properties).map(([name, property]): [string, Field] => [
    name,
    {
      name,
      shape: shapeOfJson(property),
      isRequired: schema.required?.includes(name) ?? false,
      isOwn: true,
      ...(property.description === undefined ? {} : { documentation: property.description }),
    },
  ]);
  return { kind: 'mapping', fields: new Map(fields) };
}

/** The shape below one step of a path; a single value stands for a list of one, as the engine has it. */
export function shapeBelow(shape: Shape, step: string | number): Shape | undefined {
  if (shape.kind === 'mapping') return shape.fields.get(String(step))?.shape;
  if (shape.kind === 'record') return shape.value;
  if (shape.kind === 'list') return typeof step === 'number' ? shape.element : undefined;
  if (shape.kind === 'argument') return typeof step === 'number' && shape.argument.isList ? shape : undefined;
  return undefined;
}

/** The shape at the end of a path. */
export function shapeAt(root: Shape, path: readonly (string | number)[]): Shape | undefined {
  let shape: Shape | undefined = root;
  for (const step of path) shape = shape && shapeBelow(shape, step);
  return shape;
}
