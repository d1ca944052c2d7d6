/** Writes the Python twin of the protocol: frozen dataclasses, literals and plain constants, one file a module. */
import type { JsonSchema, Protocol, ProtocolModule } from './schemas.ts';

const HEADER = '# Generated from protocol/src by `npm run generate`; do not edit.\n# fmt: off\n# ruff: noqa';

/** `camelCase` to `snake_case`; the inverse is Python's `protocol.decode.wire_name`. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function literal(value: unknown): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return JSON.stringify(value);
}

interface Imports {
  readonly names: Map<string, Set<string>>;
  readonly typing: Set<string>;
  readonly decode: Set<string>;
}

class TypeWriter {
  private readonly moduleOf: ReadonlyMap<string, string>;
  private readonly home: string;
  private readonly imports: Imports;
  private readonly definitions: Protocol['definitions'];

  constructor(
    moduleOf: ReadonlyMap<string, string>,
    home: string,
    more: { readonly imports: Imports; readonly definitions: Protocol['definitions'] },
  ) {
    this.moduleOf = moduleOf;
    this.home = home;
    this.imports = more.imports;
    this.definitions = more.definitions;
  }

  write(schema: JsonSchema): string {
    if (schema.$ref) return this.reference(schema.$ref);
    if (schema.const !== undefined) return this.literals([schema.const]);
    if (schema.enum) return this.literals(schema.enum);
    const members = schema.anyOf ?? schema.oneOf;
    if (members) return [...new Set(members.map((member) => this.write(member)))].join(' | ');
    if (Array.isArray(schema.type))
      return schema.type.map((type) => this.write({ ...schema, type })).join(' | ');
    switch (schema.type) {
      case 'string':
        return this.bounded(
          'str',
          schema.minLength === undefined ? undefined : `MinLength(${schema.minLength})`,
        );
      case 'integer':
        return this.bounded('int', schema.minimum === undefined ? undefined : `Minimum(${schema.minimum})`);
      case 'number':
        return this.bounded('float', schema.minimum === undefined ? undefined : `Minimum(${schema.minimum})`);
      case 'boolean':
        return 'bool';
      case 'null':
        return 'None';
      case 'array':
        return `list[${this.write(schema.items ?? {})}]`;
      case 'object': {
        if (schema.properties) throw new Error(`name this object and export it: ${JSON.stringify(schema)}`);
        const values = schema.additionalProperties;
        return `dict[str, ${typeof values === 'object' ? this.write(values) : this.any()}]`;
      }
      default:
        return this.any();
    }
  }

  /** Whether null itself fits, so that an optional field may be null as well as absent. */
  takesNull(schema: JsonSchema): boolean {
    if (schema.$ref) return this.takesNull(this.definitions[schema.$ref.split('/').at(-1) ?? ''] ?? {});
    const members = schema.anyOf ?? schema.oneOf ?? [];
    return [schema.type].flat().includes('null') || members.some((member) => this.takesNull(member));
  }

  private reference(ref: string): string {
    const name = ref.split('/').at(-1) ?? '';
    const module = this.moduleOf.get(name);
    if (module === undefined) throw new Error(`the protocol refers to ${name}, which no module exports`);
    if (module !== this.home) {
      const names = this.imports.names.get(module) ?? new Set();
      this.imports.names.set(module, names.add(name));
    }
    return name;
  }

  private literals(values: readonly unknown[]): string {
    this.imports.typing.add('Literal');
    return `Literal[${values.map(literal).join(', ')}]`;
  }

  private bounded(type: string, bound: string | undefined): string {
    if (bound === undefined) return type;
    this.imports.typing.add('Annotated');
    this.imports.decode.add(bound.split('(', 1)[0] as string);
    return `Annotated[${type}, ${bound}]`;
  }

  private any(): string {
    this.imports.typing.add('Any');
    return 'Any';
  }
}

function dataclass(name: string, schema: JsonSchema, types: TypeWriter): string[] {
  const lines = ['@dataclass(frozen=True, slots=True, kw_only=True)', `class ${name}:`];
  if (schema.additionalProperties === false) lines.push('    __strict__: ClassVar[bool] = True', '');
  const properties = Object.entries(schema.properties ?? {});
  const nullable = properties.filter(
    ([key, property]) => !schema.required?.includes(key) && types.takesNull(property),
  );
  if (nullable.length > 0) {
    lines.push(
      `    __nullable__: ClassVar[tuple[str, ...]] = (${nullable.map(([key]) => `"${key}",`).join(' ')})`,
      '',
    );
  }
  if (properties.some(([key]) => key.includes('_')))
    lines.push('    __verbatim__: ClassVar[bool] = True', '');
  for (const [key, property] of properties) {
    const isRequired = schema.required?.includes(key) ?? false;
    const type = types.write(property);
    lines.push(`    ${snakeCase(key)}: ${isRequired ? type : `${type} | None = None`}`);
  }
  if (lines.length === 2) lines.push('    pass');
  return lines;
}

/** A dataclass needs the names in its annotations only when it is decoded, so order matters for aliases alone. */
function inDependencyOrder(names: readonly string[], definitions: Protocol['definitions']): string[] {
  const ordered: string[] = [];
  const visit = (name: string): void => {
    if (ordered.includes(name)) return;
    for (const match of JSON.stringify(definitions[name]).matchAll(/#\/\$defs\/(\w+)/g)) {
      const needed = match[1] as string;
      if (needed !== name && names.includes(needed)) visit(needed);
    }
    ordered.push(name);
  };
  for (const name of names) visit(name);
  return ordered;
}

function importLines(imports: Imports, body: string): string[] {
  if (body.includes('ClassVar[')) imports.typing.add('ClassVar');
  const lines: string[] = [];
  if (body.includes('@dataclass(')) lines.push('from dataclasses import dataclass');
  if (imports.typing.size > 0) lines.push(`from typing import ${[...imports.typing].sort().join(', ')}`);
  if (lines.length > 0) lines.push('');
  const local: [string, Iterable<string>][] = [...imports.names];
  if (imports.decode.size > 0) local.push(['bounds', imports.decode]);
  for (const [module, names] of local.sort(([a], [b]) => (a < b ? -1 : 1))) {
    lines.push(`from tunewright_bridge.protocol.${module} import ${[...names].sort().join(', ')}`);
  }
  return lines;
}

function pythonModule(
  module: ProtocolModule,
  protocol: Protocol,
  moduleOf: ReadonlyMap<string, string>,
): string {
  const imports: Imports = { names: new Map(), typing: new Set(), decode: new Set() };
  const types = new TypeWriter(moduleOf, module.name, { imports, definitions: protocol.definitions });
  const blocks: string[][] = [];
  for (const name of inDependencyOrder(module.schemas, protocol.definitions)) {
    const schema = protocol.definitions[name] as JsonSchema;
    if (schema.type === 'object' && schema.properties) blocks.push(dataclass(name, schema, types));
    else blocks.push([`${name} = ${types.write(schema)}`]);
  }
  for (const [name, value] of Object.entries(module.constants)) blocks.push([`${name} = ${literal(value)}`]);
  const head = [HEADER, '"""The wire form of the protocol module of the same name."""', ''];
  const body = blocks.map((block) => block.join('\n')).join('\n\n\n');
  return `${[...head, ...importLines(imports, body)].join('\n')}\n\n${body}\n`;
}

function methodTable(protocol: Protocol, moduleOf: ReadonlyMap<string, string>): string {
  const rows = protocol.modules.flatMap((module) =>
    Object.entries(module.methods).map(
      ([method, { params, result }]) =>
        `    "${method}": Method("${moduleOf.get(params)}", "${params}", "${moduleOf.get(result)}", "${result}"),`,
    ),
  );
  return `${HEADER}
"""Every method of the bridge with the names of what it takes and gives; nothing is imported until it is asked for."""

from typing import NamedTuple

PROTOCOL_HASH = "${protocol.hash}"


class Method(NamedTuple):
    """Modules and class names of a method's parameters and result."""

    params_module: str
    params_name: str
    result_module: str
    result_name: str


METHODS: dict[str, Method] = {
${rows.join('\n')}
}
`;
}

/** Modules that only the editor's side speaks. */
const EDITOR_ONLY = new Set(['lsp', 'webview', 'recognition']);

/** File name to content, for `python-bridge/src/tunewright_bridge/protocol/`. */
export function pythonFiles(protocol: Protocol): Map<string, string> {
  const moduleOf = new Map<string, string>();
  for (const module of protocol.modules) for (const name of module.schemas) moduleOf.set(name, module.name);
  const files = new Map<string, string>();
  for (const module of protocol.modules) {
    if (EDITOR_ONLY.has(module.name)) continue;
    files.set(`${module.name}.py`, pythonModule(module, protocol, moduleOf));
  }
  files.set('methods.py', methodTable(protocol, moduleOf));
  return files;
}
