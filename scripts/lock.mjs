/** `npm run lock`: writes the locks of the Python environments anew from the inputs beside them. */
import { command } from './setup/main.mjs';

await command('scripts/lock/main.ts', { parts: ['uv'] });
