/** Writes the config that says what a command of the engine says. */
import type { SchemaArgument } from '../../../protocol/src/schema.ts';
import { Task } from '../../../protocol/src/task.ts';
import { writtenAsYaml } from '../text/scalar.ts';
import type { ShellCommand, ShellOption } from '../text/shell.ts';
import type { SchemaLookup, TaskSchema } from './lookup.ts';
import { isTaken } from './parser-verdict.ts';

export interface ConvertedConfig {
  readonly task: Task;
  /** YAML, whose first line declares the task. */
  readonly text: string;
}

/** Undefined where the engine has no such task. */
export function configOfCommand(command: ShellCommand, lookup: SchemaLookup): ConvertedConfig | undefined {
  const prefix = command.program === 'megatron' ? 'megatron-' : '';
  const { data: task } = Task.safeParse(prefix + command.subcommand);
  const schema = task === undefined ? undefined : lookup.task(task);
  if (task === undefined || !schema) return undefined;
  const lines = [`# tunewright: ${task}`];
  for (const [name, option] of lastOfEach(command.options, schema)) {
    lines.push(...entryOf(name, option.values, schema));
  }
  if (command.environment.size > 0) lines.push('ENV:');
  for (const [name, value] of command.environment) lines.push(`  ${name}: ${writtenAsYaml(value)}`);
  return { task, text: `${lines.join('\n')}\n` };
}

/** Options by the names of their keys; of one that is given twice the parser takes the last. */
function lastOfEach(options: readonly ShellOption[], schema: TaskSchema): ReadonlyMap<string, ShellOption> {
  const byKey = new Map<string, ShellOption>();
  for (const option of options) {
    const name = option.name.replaceAll('-', '_');
    byKey.set(
      schema.root.fields.has(name) ? name : (schema.abbreviations.keyFor(option.name) ?? name),
      option,
    );
  }
  return byKey;
}

function entryOf(name: string, values: readonly string[], schema: TaskSchema): readonly string[] {
  const shape = schema.root.fields.get(name)?.shape;
  const argument = shape?.kind === 'argument' ? shape.argument : undefined;
  const [first, ...others] = values;
  // An option without a value is a flag that is turned on.
  if (first === undefined) return [`${name}: ${argument?.isList ? '[]' : 'true'}`];
  const isPlain = (value: string) => argument !== undefined && isPlainly(argument, value);
  const written = (value: string) => (isPlain(value) ? value : writtenAsYaml(value));
  if (!argument?.isList && others.length === 0) return [`${name}: ${written(first)}`];
  return [`${name}:`, ...values.map((value) => `  - ${written(value)}`)];
}

/** Whether a value may stand without quotes though YAML reads no text in it: the engine gets the same value. */
function isPlainly({ types }: SchemaArgument, value: string): boolean {
  if (types.includes('boolean') && /^(?:true|false)$/.test(value)) return true;
  // With a zero in front YAML reads an octal number, and Python a decimal one.
  const isNumber = !/^[+-]?0\d/.test(value) && !value.includes(':');
  return isNumber && types.some((type) => (type === 'integer' || type === 'number') && isTaken(type, value));
}
