/** `npm run build`: leaves the whole product in dist/. */
import { command } from './setup/main.mjs';

await command('scripts/build/main.ts', { parts: ['uv'] });
