/** Activates Tunewright once the window has calmed down, and writes the milliseconds that took. */
const { writeFileSync } = require('node:fs');
const vscode = require('vscode');

exports.activate = async () => {
  const path = process.env.TUNEWRIGHT_BENCH_ANSWER;
  const extension = vscode.extensions.getExtension('tunewright.tunewright');
  if (!path || !extension) return;
  if (extension.isActive) throw new Error('Tunewright is active already, so its start cannot be measured.');
  const startedAtMs = performance.now();
  await extension.activate();
  writeFileSync(path, `${JSON.stringify({ activationMs: performance.now() - startedAtMs })}\n`);
};
