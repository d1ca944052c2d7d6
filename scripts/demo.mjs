/** `npm run demo`: the sample workspace in a real editor; `-- --headless` trains it without one. */
import process from 'node:process';
import { findDesktopEditor } from './setup/desktop.mjs';
import { command } from './setup/main.mjs';

const isHeadless = process.argv.includes('--headless');
const needsServedEditor = !isHeadless && !(await findDesktopEditor());
await command('scripts/demo/main.ts', { parts: needsServedEditor ? ['engine', 'code-server'] : ['engine'] });
