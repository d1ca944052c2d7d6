/** `tunewright-check`: judges configs from a command line, as the editor does while one types. */
import { parseArgs } from 'node:util';
import { Task } from '../../protocol/src/task.ts';
import { CheckError, type CheckedConfig, checkConfig, findConfigs } from './checking/configs.ts';
import { countFindings, REPORT_FORMATS, type ReportFormat, reportOf } from './checking/reports.ts';
import { readBundledSchema } from './schema/bundled.ts';
import { SchemaLookup } from './schema/lookup.ts';
import { readSchemaFile } from './schema/store.ts';

const USAGE = `usage: tunewright-check [options] PATH...

Checks configs: files, and all that are found below folders.

options:
  --format text|json|sarif   how to say what was found (default: text)
  --task TASK                judge every file as a config of this task
  --schema FILE              an engine's schema, from tunewright-bridge schema --json (default: the bundled one)
  --strict                   warnings fail the check, too
  --help                     show this

The exit code is 0 where all is well, 1 where something was found that fails the check, and 2 where a check was
not possible.`;

/** Exit codes, as linters have them. */
const FINE = 0;
const FOUND = 1;
const IMPOSSIBLE = 2;

function main(args: readonly string[]): number {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      format: { type: 'string', default: 'text' },
      task: { type: 'string' },
      schema: { type: 'string' },
      strict: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return FINE;
  }
  if (positionals.length === 0) throw new CheckError(`Name what to check.\n\n${USAGE}`);
  const checked = checkAll(positionals, values.task, values.schema);
  if (checked.length === 0) console.error(noneFound(positionals));
  console.log(reportOf(formatNamed(values.format), checked));
  const { error, warning } = countFindings(checked);
  return error > 0 || (values.strict && warning > 0) ? FOUND : FINE;
}

function checkAll(
  paths: readonly string[],
  task: string | undefined,
  schema: string | undefined,
): readonly CheckedConfig[] {
  const known = task === undefined ? undefined : taskNamed(task);
  const lookup = new SchemaLookup(
    schema === undefined ? readBundledSchema(import.meta.url) : schemaIn(schema),
  );
  const onFailure = (message: string) => console.error(message);
  return [...findConfigs(paths)].map((path) =>
    checkConfig(path, { lookup, onFailure, ...(known === undefined ? {} : { task: known }) }),
  );
}

/** Not a failure, since a folder may have none; but whoever mistyped it is to notice. */
function noneFound(paths: readonly string[]): string {
  return `No config was found in ${paths.join(', ')}. Name configs NAME.TASK.yaml, or name the files themselves.`;
}

function formatNamed(name: string): ReportFormat {
  const format = REPORT_FORMATS.find((known) => known === name);
  if (!format) throw new CheckError(`${name} is no format. Choose one of: ${REPORT_FORMATS.join(', ')}.`);
  return format;
}

function taskNamed(name: string): Task {
  const task = Task.safeParse(name);
  if (!task.success) throw new CheckError(`${name} is no task. Choose one of: ${Task.options.join(', ')}.`);
  return task.data;
}

function schemaIn(path: string) {
  try {
    return readSchemaFile(path);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CheckError(`${path} holds no schema: ${why}`);
  }
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  const isOurs = error instanceof CheckError || (error instanceof TypeError && 'code' in error);
  if (!isOurs) throw error;
  console.error(error.message);
  process.exitCode = IMPOSSIBLE;
}
