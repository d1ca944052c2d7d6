/** `npm run faults`: randomised faults against the built bridge; `-- --trials 1000 --resume` goes on where it stopped. */
import process from 'node:process';
import { command } from './setup/main.mjs';

const hasEngine = process.argv.includes('--engine');
await command('scripts/faults/main.ts', { parts: hasEngine ? ['bridge-dev', 'engine'] : ['bridge-dev'] });
