/** Where each rule is explained: the page of rules that lies beside the program. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** An address for each rule's id, with the line of its section; empty where the page is not there. */
export function readRulePages(program: string): ReadonlyMap<string, string> {
  // Beside the bundle's folder, and beside the sources' in the source tree.
  for (const page of [new URL('../docs/rules.md', program), new URL('../../docs/rules.md', program)]) {
    const text = readIfThere(page);
    if (text === undefined) continue;
    return new Map(
      text.split('\n').flatMap((line, index) => {
        const id = /^## ([a-z0-9-]+)$/.exec(line)?.[1];
        return id === undefined ? [] : [[id, `${page.href}#L${index + 1}`] as const];
      }),
    );
  }
  return new Map();
}

function readIfThere(page: URL): string | undefined {
  try {
    return readFileSync(fileURLToPath(page), 'utf8');
  } catch {
    // Without its page a rule is still a rule.
    return undefined;
  }
}
