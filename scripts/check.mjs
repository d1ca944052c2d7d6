/** `npm run check`: types, lint, format and structure. */
import { command } from './setup/main.mjs';

await command('scripts/check/main.ts', { parts: ['bridge-dev'] });
