/** The structure check catches what it is there for: each case is a tiny tree with one import against the order. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { importProblems } from '../../scripts/structure/main.ts';
import { MAX_LINES, sizeAndNameProblems } from '../../scripts/structure/sizes.ts';

const folders: string[] = [];

function tree(files: Record<string, string>): string {
  const base = mkdtempSync(join(tmpdir(), 'structure-'));
  folders.push(base);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(base, name)), { recursive: true });
    writeFileSync(join(base, name), text);
  }
  return base;
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const RULES: [string, string, string, string][] = [
  [
    'a rule that knows a feature',
    'server/src/rules/a.ts',
    'server/src/features/b.ts',
    'server-values-looks-up',
  ],
  [
    'a run store that knows a panel',
    'client/src/runs/a.ts',
    'client/src/panels/b.ts',
    'client-runs-looks-up',
  ],
  [
    'an extension that imports the server',
    'client/src/a.ts',
    'server/src/b.ts',
    'client-and-server-never-meet',
  ],
  [
    'a webview that imports the extension',
    'client/webviews/a.ts',
    'client/src/b.ts',
    'webviews-know-the-protocol-only',
  ],
  ['a protocol that imports the server', 'protocol/src/a.ts', 'server/src/b.ts', 'protocol-stands-alone'],
  ['a product that imports a script', 'client/src/a.ts', 'scripts/b.ts', 'product-knows-no-scripts'],
];

test.each(RULES)('%s is found, also where only a type is imported', async (_, from, to, rule) => {
  const depth = from.split('/').length - 1;
  const specifier = `${'../'.repeat(depth)}${to}`;
  for (const line of [
    `import { b } from '${specifier}';\nb();\n`,
    `import type { B } from '${specifier}';\nlet x: B;\n`,
  ]) {
    const base = tree({ [from]: line, [to]: 'export const b = () => {};\nexport type B = string;\n' });
    expect(await importProblems(base)).toContainEqual(expect.stringContaining(rule));
  }
});

test('a server that opens a socket is found', async () => {
  const base = tree({ 'server/src/main.ts': "import { connect } from 'node:net';\nconnect(1);\n" });
  expect(await importProblems(base)).toContainEqual(expect.stringContaining('server-starts-nothing'));
});

test('imports down the house are in order', async () => {
  const base = tree({
    'server/src/features/a.ts': "import { b } from '../rules/b.ts';\nb();\n",
    'server/src/rules/b.ts': 'export const b = () => {};\n',
  });
  expect(await importProblems(base)).toEqual([]);
});

test('long files and names that say nothing are found', () => {
  const base = tree({
    'long.ts': 'x\n'.repeat(MAX_LINES + 1),
    'right.ts': 'x\n'.repeat(MAX_LINES),
    'utils.ts': '',
  });
  const problems = sizeAndNameProblems(['long.ts', 'right.ts', 'utils.ts'].map((name) => join(base, name)));
  expect(problems).toHaveLength(2);
  expect(problems[0]).toContain('401 lines');
  expect(problems[1]).toContain('utils.ts: the name says nothing');
});
