/** `npm run package`: the product for every platform as build/tunewright.vsix. */
import { command } from './setup/main.mjs';

await command('scripts/build/main.ts', {
  parts: ['uv'],
  args: ['--package', '--all-platforms', ...process.argv.slice(2)],
});
