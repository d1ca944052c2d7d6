/** `npm run truth`: the server's verdict on many configs beside the engine's own; `-- --help` names the options. */
import { command } from './setup/main.mjs';

await command('scripts/truth/main.ts', { parts: ['engine'] });
