/** The TypeScript suites: unit tests beside their sources, and what runs real programs under test/. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const SECOND = 1000;
/** How long a test looks again for what it expects: real programs on a busy machine take their time. */
const PATIENT = { poll: { timeout: 30 * SECOND } };
const EXCLUDED = ['**/node_modules/**', '**/*.long.test.ts'];

export default defineConfig({
  test: {
    projects: [
      {
        // Outside the editor there is no `vscode` module; what needs the real one is tested in test/e2e.
        resolve: { alias: { vscode: fileURLToPath(new URL('./test/vscode/stand-in.ts', import.meta.url)) } },
        test: {
          name: 'unit',
          include: ['{protocol,server,client,scripts,syntaxes}/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: [...EXCLUDED, 'client/webviews/**', 'test/{integration,faults,e2e,webview,bench}/**'],
          testTimeout: 10 * SECOND,
        },
      },
      {
        test: {
          name: 'webviews',
          include: ['client/webviews/**/*.test.ts'],
          exclude: EXCLUDED,
          testTimeout: 10 * SECOND,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts', 'test/faults/**/*.test.ts', 'test/webview/**/*.test.ts'],
          exclude: EXCLUDED,
          testTimeout: 300 * SECOND,
          hookTimeout: 300 * SECOND,
          fileParallelism: false,
          expect: PATIENT,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/{e2e,webview}/**/*.test.ts'],
          exclude: EXCLUDED,
          testTimeout: 300 * SECOND,
          hookTimeout: 300 * SECOND,
          fileParallelism: false,
          expect: PATIENT,
        },
      },
      {
        test: {
          name: 'long',
          include: ['test/**/*.long.test.ts'],
          testTimeout: 1800 * SECOND,
          hookTimeout: 300 * SECOND,
          fileParallelism: false,
        },
      },
    ],
  },
});
