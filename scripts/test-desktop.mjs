/** `npm run test:desktop`: a smoke test in desktop VS Code, on machines that may download one. */
import { command } from './setup/main.mjs';

await command('scripts/editor/desktop.ts', { parts: ['engine'] });
