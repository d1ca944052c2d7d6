/** `npm run snapshot`: writes down what the pinned engine accepts, for the language server to fall back on. */
import { command } from './setup/main.mjs';

await command('scripts/snapshot/main.ts', { parts: ['engine'] });
