/** What the installed engine accepts: arguments by class, and the names that its registries know. */
import * as z from 'zod';
import { Task } from './task.ts';

export const ScalarType = z.enum(['boolean', 'integer', 'number', 'string', 'object']);
export type ScalarType = z.infer<typeof ScalarType>;

/** A value of JSON without structure. */
export const ScalarValue = z.union([z.string(), z.number(), z.boolean(), z.null()]);
export type ScalarValue = z.infer<typeof ScalarValue>;

/** One argument of the engine. */
export const SchemaArgument = z.object({
  name: z.string(),
  /** Types of the value, or of the elements where a list is taken; `object` takes a mapping or JSON text. */
  types: z.array(ScalarType),
  /** Whether a list is taken; a single value stands for a list of one. */
  isList: z.boolean(),
  /** Whether None is a value that the annotation or the default allows. */
  isNullable: z.boolean(),
  /** Values that the argument parser allows, null among them where the text None stands for no value; absent where it allows any. */
  choices: z.array(ScalarValue).optional(),
  /** Absent where the default is made anew each time or is not plain data. */
  default: z.union([ScalarValue, z.array(ScalarValue)]).optional(),
  /** Class of the engine that declares the argument. */
  declaredIn: z.string(),
  /** The engine's own words, read live from the user's installation; never in the bundled snapshot. */
  documentation: z.string().optional(),
});
export type SchemaArgument = z.infer<typeof SchemaArgument>;

export const RegisteredModel = z.object({
  /** Ids on the two hubs; either may be missing. */
  modelscope: z.string().optional(),
  huggingface: z.string().optional(),
  modelType: z.string(),
});
export type RegisteredModel = z.infer<typeof RegisteredModel>;

export const RegisteredModelType = z.object({
  name: z.string(),
  template: z.string().optional(),
  architectures: z.array(z.string()),
});
export type RegisteredModelType = z.infer<typeof RegisteredModelType>;

export const RegisteredDataset = z.object({
  modelscope: z.string().optional(),
  huggingface: z.string().optional(),
  /** A short name, where the registry gives one. */
  name: z.string().optional(),
  subsets: z.array(z.string()),
});
export type RegisteredDataset = z.infer<typeof RegisteredDataset>;

export const RegisteredBenchmark = z.object({ name: z.string(), prettyName: z.string().optional() });
export type RegisteredBenchmark = z.infer<typeof RegisteredBenchmark>;

export const Registries = z.object({
  modelTypes: z.array(RegisteredModelType),
  models: z.array(RegisteredModel),
  templates: z.array(z.string()),
  datasets: z.array(RegisteredDataset),
  benchmarks: z.array(RegisteredBenchmark),
});
export type Registries = z.infer<typeof Registries>;

/** The engine's arguments and registries. Arguments are pooled, since the classes share most of theirs. */
export const EngineSchema = z.object({
  format: z.literal(1),
  /** Distribution versions that decide the content, by name: the engine, transformers, trl, … */
  packages: z.record(z.string(), z.string()),
  engineVersion: z.string(),
  pool: z.array(SchemaArgument),
  /** Positions in `pool`, by argument class. */
  classes: z.record(z.string(), z.array(z.int())),
  /** Argument class of each task; a task that the engine lacks is absent. */
  tasks: z.partialRecord(Task, z.string()),
  registries: Registries,
});
export type EngineSchema = z.infer<typeof EngineSchema>;
