/** The generated files are those that the protocol's sources produce. */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { expect, test } from 'vitest';
import { generatedFiles } from '../../scripts/generate/main.ts';

test('JSON Schema, hash and Python twin are up to date (else: npm run generate)', async () => {
  const stale: string[] = [];
  for (const [path, content] of await generatedFiles()) {
    if (readFileSync(path, 'utf8') !== content) stale.push(relative(process.cwd(), path));
  }
  expect(stale).toEqual([]);
});
