/** Look-up in the engine's schema: the keys of each task and the names that its registries know. */
import type {
  EngineSchema,
  RegisteredModel,
  RegisteredModelType,
  SchemaArgument,
} from '../../../protocol/src/schema.ts';
import { TASKS, type Task, TRAINING_TASKS } from '../../../protocol/src/task.ts';
import { Abbreviations } from './abbreviations.ts';
import { ownFields } from './own-keys.ts';
import type { Field, MappingShape } from './shape.ts';

/** The keys that a task's config may hold. */
export interface TaskSchema {
  readonly task: Task;
  readonly root: MappingShape;
  /** Names of the keys that are worth offering, in the order of the schema. */
  readonly offered: readonly Field[];
  readonly abbreviations: Abbreviations;
}

/** One engine's schema with everything looked up at most once. */
export class SchemaLookup {
  readonly schema: EngineSchema;
  readonly #own: readonly Field[] = ownFields();
  readonly #tasks = new Map<Task, TaskSchema | undefined>();
  #models: ReadonlyMap<string, RegisteredModel> | undefined;
  #modelTypes: ReadonlyMap<string, RegisteredModelType> | undefined;

  constructor(schema: EngineSchema) {
    this.schema = schema;
  }

  /** Undefined where the engine has no such task. */
  task(task: Task): TaskSchema | undefined {
    if (!this.#tasks.has(task)) this.#tasks.set(task, this.#build(task));
    return this.#tasks.get(task);
  }

  /** Tasks of which the engine's arguments hold a key of this name. */
  tasksWith(name: string): readonly Task[] {
    const { pool } = this.schema;
    return TASKS.filter((task) => this.#positions(task)?.some((position) => pool[position]?.name === name));
  }

  model(id: string): RegisteredModel | undefined {
    this.#models ??= new Map(
      this.schema.registries.models.flatMap((model) =>
        [model.modelscope, model.huggingface].flatMap((key) =>
          key === undefined ? [] : [[key, model] as const],
        ),
      ),
    );
    return this.#models.get(id);
  }

  modelType(name: string): RegisteredModelType | undefined {
    this.#modelTypes ??= new Map(this.schema.registries.modelTypes.map((type) => [type.name, type]));
    return this.#modelTypes.get(name);
  }

  #positions(task: Task): readonly number[] | undefined {
    const className = this.schema.tasks[task];
    return className === undefined ? undefined : this.schema.classes[className];
  }

  #build(task: Task): TaskSchema | undefined {
    const positions = this.#positions(task);
    if (!positions) return undefined;
    const fields = new Map<string, Field>();
    for (const field of this.#own) fields.set(field.name, field);
    // Where the engine has a key of our name (Megatron's global_batch_size), it is the engine's.
    for (const position of positions) {
      const argument = this.schema.pool[position];
      if (argument) fields.set(argument.name, fieldOf(argument));
    }
    const isTraining = TRAINING_TASKS.includes(task);
    const offered = [...fields.values()].filter(
      (field) => isTraining || !field.isOwn || field.name === 'tunewright',
    );
    const ofEngine = [...fields.values()].filter((field) => field.shape.kind === 'argument');
    const abbreviations = new Abbreviations(ofEngine.map((field) => field.name));
    return { task, root: { kind: 'mapping', fields }, offered, abbreviations };
  }
}

function fieldOf(argument: SchemaArgument): Field {
  return {
    name: argument.name,
    shape: { kind: 'argument', argument },
    isRequired: false,
    isOwn: false,
    ...(argument.documentation === undefined ? {} : { documentation: argument.documentation }),
  };
}
