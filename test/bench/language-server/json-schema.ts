/** The engine's schema as JSON Schema: what somebody would give a YAML server that knows nothing of the engine. */
import type { EngineSchema, Registries, SchemaArgument } from '../../../protocol/src/schema.ts';
import type { Task } from '../../../protocol/src/task.ts';

type JsonSchema = Readonly<Record<string, unknown>>;

export function jsonSchemaOf(schema: EngineSchema, task: Task): JsonSchema {
  const positions = schema.classes[schema.tasks[task] ?? ''] ?? [];
  const properties = positions.flatMap((position) => {
    const argument = schema.pool[position];
    return argument ? [[argument.name, schemaOf(argument, schema.registries)] as const] : [];
  });
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(properties),
  };
}

function schemaOf(argument: SchemaArgument, registries: Registries): JsonSchema {
  const one = singleValue(argument, registries);
  const taken = argument.isList ? [one, { type: 'array', items: one }] : [one];
  const forms = argument.isNullable ? [...taken, { type: 'null' }] : taken;
  return {
    description: `${argument.name}: an argument of ${argument.declaredIn}`,
    ...(argument.default === undefined ? {} : { default: argument.default }),
    ...(forms.length === 1 ? one : { anyOf: forms }),
  };
}

function singleValue({ name, choices, types }: SchemaArgument, registries: Registries): JsonSchema {
  if (choices) return { enum: choices };
  const { isClosed, names } = registeredNames(name, registries);
  const known = { enum: names };
  if (isClosed) return known;
  const written = { type: types };
  return names.length > 0 ? { anyOf: [known, written] } : written;
}

/** `isClosed`: the engine knows no other. */
function registeredNames(
  argument: string,
  { models, modelTypes, templates, datasets }: Registries,
): { isClosed: boolean; names: readonly string[] } {
  switch (argument) {
    case 'model':
      return { isClosed: false, names: idsOf(models) };
    case 'dataset':
    case 'val_dataset':
      return { isClosed: false, names: idsOf(datasets) };
    case 'model_type':
      return { isClosed: true, names: modelTypes.map(({ name }) => name) };
    case 'template':
      return { isClosed: true, names: templates };
    default:
      return { isClosed: false, names: [] };
  }
}

function idsOf(entries: readonly { modelscope?: string | undefined }[]): readonly string[] {
  return [...new Set(entries.flatMap(({ modelscope }) => (modelscope === undefined ? [] : [modelscope])))];
}
