/** `npm run bench`: the figures of the built product; the last line is one JSON object. */
import { command } from './setup/main.mjs';

await command('test/bench/main.ts', { parts: ['engine', 'code-server', 'browser'] });
