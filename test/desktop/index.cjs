/** A smoke test inside desktop VS Code: the sample's config is recognised, completed and checked. */
const assert = require('node:assert/strict');
const { join } = require('node:path');
const vscode = require('vscode');

const DEADLINE_MS = 30_000;

/**
 * @template T
 * @param {string} what
 * @param {vscode.Event<unknown>} event told of every change after which to look again
 * @param {() => T | undefined} look
 * @returns {Promise<T>}
 */
function eventually(what, event, look) {
  return new Promise((resolve, reject) => {
    const deadline = setTimeout(() => end(() => reject(new Error(`${what}: not within ${DEADLINE_MS} ms`))), DEADLINE_MS);
    const subscription = event(() => attempt());
    /** @param {() => void} last */
    const end = (last) => {
      clearTimeout(deadline);
      subscription.dispose();
      last();
    };
    const attempt = () => {
      const found = look();
      if (found !== undefined) end(() => resolve(found));
    };
    attempt();
  });
}

exports.run = async () => {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  assert.ok(folder, 'a workspace is open');
  const document = await vscode.workspace.openTextDocument(join(folder, 'first.sft.yaml'));
  const editor = await vscode.window.showTextDocument(document);
  assert.equal(document.languageId, 'tunewright');

  await vscode.extensions.getExtension('tunewright.tunewright')?.activate();
  const end = document.lineAt(document.lineCount - 1).range.end;
  await editor.edit((edit) => edit.insert(end, '\nlerning_rate: 1\n'));
  const finding = await eventually('a finding on the unknown key', vscode.languages.onDidChangeDiagnostics, () =>
    vscode.languages.getDiagnostics(document.uri).find(({ message }) => message.includes('lerning_rate')),
  );
  assert.equal(finding.severity, vscode.DiagnosticSeverity.Error);

  /** @type {vscode.CompletionList} */
  const completions = await vscode.commands.executeCommand(
    'vscode.executeCompletionItemProvider',
    document.uri,
    new vscode.Position(document.lineCount - 1, 0),
  );
  const labels = completions.items.map((item) =>
    typeof item.label === 'string' ? item.label : item.label.label,
  );
  assert.ok(labels.includes('weight_decay'), 'keys of the engine are offered');
};
