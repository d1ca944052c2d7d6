/** `npm run generate`: writes the protocol's JSON Schema, its hash, its Python twin and the page of rules; `--check` only compares. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pythonFiles } from './python.ts';
import { rulesPage } from './rules.ts';
import { readProtocol } from './schemas.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Every generated file with the content that it should have, by absolute path. */
export async function generatedFiles(): Promise<Map<string, string>> {
  const protocol = await readProtocol(join(root, 'protocol', 'src'));
  const files = new Map<string, string>();
  const document = { $defs: protocol.definitions };
  files.set(
    join(root, 'protocol', 'generated', 'protocol.schema.json'),
    `${JSON.stringify(document, null, 1)}\n`,
  );
  files.set(
    join(root, 'protocol', 'src', 'generated', 'hash.ts'),
    `// Generated from protocol/src by \`npm run generate\`; do not edit.\nexport const PROTOCOL_HASH = '${protocol.hash}';\n`,
  );
  const folder = join(root, 'python-bridge', 'src', 'tunewright_bridge', 'protocol');
  for (const [name, content] of pythonFiles(protocol)) files.set(join(folder, name), content);
  files.set(join(root, 'docs', 'rules.md'), rulesPage(root));
  return files;
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const isCheck = process.argv.includes('--check');
  let differing = 0;
  for (const [path, content] of await generatedFiles()) {
    if (contentOf(path) === content) continue;
    differing += 1;
    console.log(`${isCheck ? 'out of date' : 'written'}: ${relative(root, path)}`);
    if (isCheck) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  if (isCheck && differing > 0) {
    console.error('The generated files differ from their sources. Run: npm run generate');
    process.exitCode = 1;
  }
}
