/** `npm test`: sets everything up and runs every suite; `npm test -- unit` runs one, `--long` those that take long. */
import process from 'node:process';
import { command } from './setup/main.mjs';

/** What each suite needs beyond Node and its packages. @type {Record<string, import('./setup/main.mjs').Part[]>} */
const PARTS = {
  check: ['bridge-dev'],
  unit: [],
  bridge: ['bridge-dev'],
  engine: ['bridge-dev', 'engine'],
  faults: ['bridge-dev'],
  integration: ['uv', 'engine'],
};
/** @type {import('./setup/main.mjs').Part[]} */
const EVERYTHING = ['bridge-dev', 'engine', 'code-server', 'browser'];

const named = process.argv.slice(2);
const parts = named.length > 0 ? named.flatMap((name) => PARTS[name] ?? EVERYTHING) : EVERYTHING;
await command('scripts/test/main.ts', { parts: [...new Set(parts)] });
