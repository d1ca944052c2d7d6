/** The text of the bundled snapshot: the facts of a schema without the engine's prose, one entry a line. */
import type { EngineSchema } from '../../protocol/src/schema.ts';

/** Compact, and small in a diff: a new argument or model is one new line. */
export function snapshotText(schema: EngineSchema): string {
  const { pool, classes, registries, ...head } = schema;
  const facts = pool.map(({ documentation: _prose, ...fact }) => fact);
  const headLines = Object.entries(head).map(
    ([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`,
  );
  const registryLines = Object.entries(registries).map(([key, entries]) => list(key, entries));
  const parts = [
    ...headLines,
    list('pool', facts),
    `"classes":{\n${Object.entries(classes).map(member).join(',\n')}\n}`,
    `"registries":{\n${registryLines.join(',\n')}\n}`,
  ];
  return `{\n${parts.join(',\n')}\n}\n`;
}

function list(key: string, entries: readonly unknown[]): string {
  return `${JSON.stringify(key)}:[\n${entries.map((entry) => JSON.stringify(entry)).join(',\n')}\n]`;
}

function member([key, value]: readonly [string, unknown]): string {
  return `${JSON.stringify(key)}:${JSON.stringify(value)}`;
}
