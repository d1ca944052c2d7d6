/** `npm run generate`: writes what is made from the protocol. */
import { command } from './setup/main.mjs';

await command('scripts/generate/main.ts');
