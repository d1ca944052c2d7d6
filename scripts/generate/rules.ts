/** `docs/rules.md`: a paragraph for each rule of the language server, from the sentence that opens the rule's file. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RULES } from '../../server/src/rules/index.ts';

const INTRODUCTION = `# What is said of a config, rule by rule

Generated from \`server/src/rules\` by \`npm run generate\`; do not edit.

An **error** is what the engine's own parser or its argument classes refuse. A **warning** is what the engine takes and then fails on, or silently bends. **Information** is advice. A rule says nothing where a fact that it needs is not known: a value from the environment, a file on another machine.

A finding can be silenced where it stands, by a comment at the end of its line or on the line above, and in a whole file by the same comment before the first key:

\`\`\`yaml
packing: true # tunewright: ignore packing-needs-flash-attention
\`\`\`

Per rule, the setting \`tunewright.rules\` makes findings errors, warnings or information, or turns them off.
`;

/** The whole page. Throws where a rule's file has no opening sentence. */
export function rulesPage(repository: string): string {
  const sections = RULES.map(({ id }) => id)
    .toSorted()
    .map((id) => section(id, openingOf(join(repository, 'server', 'src', 'rules', `${id}.ts`))));
  return [INTRODUCTION, ...sections].join('\n');
}

interface Opening {
  readonly text: string;
  /** Places in the engine that the rule mirrors. */
  readonly source?: string;
}

function openingOf(path: string): Opening {
  const comment = /^\/\*\*(.*?)\*\//s.exec(readFileSync(path, 'utf8'))?.[1];
  if (comment === undefined) throw new Error(`${path} does not begin with what its rule is about.`);
  const words = comment.replaceAll(/\n\s*\*\s?/g, ' ').trim();
  const [text = '', source] = words.split(/\s*source:\s*/);
  return { text: text.trim(), ...(source === undefined ? {} : { source: source.trim() }) };
}

function section(id: string, { text, source }: Opening): string {
  const mirrored = source === undefined ? '' : `\nIn the engine: \`${source.replace(/\.$/, '')}\`.\n`;
  return `## ${id}\n\n${text}\n${mirrored}`;
}
