/** Finds the engine's command in a shell script, as tutorials print it: variables, comments and broken lines included. */
import { type ParseEntry, parse } from 'shell-quote';

export interface ShellCommand {
  /** `swift` or `megatron`. */
  readonly program: string;
  readonly subcommand: string;
  /** Variables that are set for the command, in the order of the script. */
  readonly environment: ReadonlyMap<string, string>;
  /** Options with their values as the shell hands them on, without the dashes. */
  readonly options: readonly ShellOption[];
}

export interface ShellOption {
  readonly name: string;
  readonly values: readonly string[];
}

const PROGRAMS: ReadonlySet<string> = new Set(['swift', 'megatron']);
const ASSIGNMENT = /^([A-Za-z_]\w*)=(.*)$/s;
/** Stands for a hash within a word, which the parser takes for a comment, and a shell does not. */
const HASH = '\uE000';
/** Stands around the number of a text that a shell would compute. */
const COMPUTED = '\uE001';

/**
 * The first command of the engine in a script; undefined where there is none, or where it begins with a config file.
 * A variable that the script does not set becomes a reference to the environment.
 */
export function findShellCommand(script: string): ShellCommand | undefined {
  const variables = new Map<string, string>();
  for (const line of script.replaceAll(/\\\r?\n/g, ' ').split(/\r?\n/)) {
    const words = wordsOf(line, variables);
    const first = words[0] === 'export' || words[0] === 'env' ? 1 : 0;
    const at = words.findIndex((word, index) => index >= first && !ASSIGNMENT.test(word));
    const assigned = words.slice(first, at < 0 ? words.length : at).map((word) => ASSIGNMENT.exec(word));
    const environment = new Map(assigned.map((match) => [match?.[1] ?? '', match?.[2] ?? '']));
    const [program = '', subcommand = '', ...rest] = at < 0 ? [] : words.slice(at);
    if (PROGRAMS.has(program) && /^[a-z][a-z_-]*$/.test(subcommand)) {
      const isOfFile = rest[0] !== undefined && !rest[0].startsWith('--');
      if (isOfFile) return undefined;
      const exported = words[0] === 'export' ? new Map<string, string>() : environment;
      return {
        program,
        subcommand: subcommand.replaceAll('_', '-'),
        environment: new Map([...exportedBefore(variables), ...exported]),
        options: optionsOf(rest),
      };
    }
    for (const [name, value] of environment) variables.set(name, value);
  }
  return undefined;
}

/** Of what a script sets, its own helpers in small letters are no business of the engine's. */
function exportedBefore(variables: ReadonlyMap<string, string>): Map<string, string> {
  return new Map([...variables].filter(([name]) => /^[A-Z][A-Z0-9_]*$/.test(name)));
}

function wordsOf(line: string, variables: ReadonlyMap<string, string>): readonly string[] {
  // What a shell would compute is kept as it is written, for the person to fill in.
  const computed: string[] = [];
  const plain = line
    .replaceAll(/\$\([^()]*\)|`[^`]*`/g, (text) => `${COMPUTED}${computed.push(text) - 1}${COMPUTED}`)
    .replaceAll(/(?<=\S)#/g, HASH);
  const entries = parse(plain, (name) => variables.get(name) ?? referenceTo(name));
  const words: string[] = [];
  for (const entry of entries) {
    const word = wordOf(entry);
    // A comment, a pipe or a second command ends the first.
    if (word === undefined) break;
    words.push(
      word
        .replaceAll(HASH, '#')
        .replaceAll(new RegExp(`${COMPUTED}(\\d+)${COMPUTED}`, 'g'), (_, at) => computed[Number(at)] ?? ''),
    );
  }
  return words;
}

function wordOf(entry: ParseEntry): string | undefined {
  if (typeof entry === 'string') return entry;
  return 'op' in entry && entry.op === 'glob' && 'pattern' in entry ? entry.pattern : undefined;
}

function referenceTo(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? `\${env:${name}}` : '';
}

function optionsOf(words: readonly string[]): readonly ShellOption[] {
  const options: { name: string; values: string[] }[] = [];
  for (const word of words) {
    const match = /^--([A-Za-z][\w-]*)(?:=(.*))?$/s.exec(word);
    if (match) options.push({ name: match[1] ?? '', values: match[2] === undefined ? [] : [match[2]] });
    else options.at(-1)?.values.push(word);
  }
  return options;
}
