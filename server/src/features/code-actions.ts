/** The fixes of findings as quick fixes, the likeliest first. */
import { type CodeAction, CodeActionKind } from 'vscode-languageserver';
import type { Fix, NamedFinding } from '../rules/rule.ts';
import type { TextRange } from '../text/nodes.ts';
import { diagnosticOf } from './diagnostics.ts';
import type { Feature } from './feature.ts';
import { type Analysis, toOffset, toRange } from './session.ts';

export const codeActions: Feature = {
  id: 'code-actions',
  capabilities: () => ({ codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] } }),
  attach(connection, session) {
    connection.onCodeAction(({ textDocument, range, context }) => {
      const isWanted = context.only?.some((kind) => CodeActionKind.QuickFix.startsWith(kind)) ?? true;
      const analysis = isWanted ? session.analysis(textDocument.uri) : undefined;
      if (!analysis) return [];
      const asked = {
        start: toOffset(analysis.textDocument, range.start),
        end: toOffset(analysis.textDocument, range.end),
      };
      return analysis
        .findings()
        .filter((finding) => touches(finding.range, asked))
        .flatMap((finding) => actionsOf(analysis, finding));
    });
  },
};

function touches(a: TextRange, b: TextRange): boolean {
  return a.start <= b.end && b.start <= a.end;
}

function actionsOf(analysis: Analysis, finding: NamedFinding): CodeAction[] {
  const diagnostic = diagnosticOf(analysis, finding);
  return (finding.fixes ?? []).map((fix, index) => ({
    title: fix.title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [diagnostic],
    isPreferred: index === 0,
    edit: { changes: { [analysis.textDocument.uri]: editsOf(analysis, fix) } },
  }));
}

function editsOf({ textDocument }: Analysis, fix: Fix) {
  return fix.edits.map(({ range, newText }) => ({ range: toRange(textDocument, range), newText }));
}
