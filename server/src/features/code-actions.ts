/** The fixes of findings as quick fixes, the likeliest first. */
import { type CodeAction, CodeActionKind } from 'vscode-languageserver';
import { ignoreFixes } from '../rules/ignore-fixes.ts';
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
      const findings = analysis.findings().filter((finding) => touches(finding.range, asked));
      return [
        ...findings.flatMap((finding) => repairsOf(analysis, finding)),
        ...silencesOf(analysis, findings),
      ];
    });
  },
};

function touches(a: TextRange, b: TextRange): boolean {
  return a.start <= b.end && b.start <= a.end;
}

function repairsOf(analysis: Analysis, finding: NamedFinding): CodeAction[] {
  return (finding.fixes ?? []).map((fix, index) => ({
    ...actionOf(analysis, finding, fix),
    isPreferred: index === 0,
  }));
}

/** The ways to leave things as they are, after all repairs; one for each rule. */
function silencesOf(analysis: Analysis, findings: readonly NamedFinding[]): CodeAction[] {
  const byRule = new Map(findings.map((finding) => [finding.id, finding]));
  return [...byRule.values()].flatMap((finding) =>
    ignoreFixes(analysis.document, finding).map((fix) => actionOf(analysis, finding, fix)),
  );
}

function actionOf(analysis: Analysis, finding: NamedFinding, fix: Fix): CodeAction {
  return {
    title: fix.title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [diagnosticOf(analysis, finding)],
    edit: { changes: { [analysis.textDocument.uri]: editsOf(analysis, fix) } },
  };
}

function editsOf({ textDocument }: Analysis, fix: Fix) {
  return fix.edits.map(({ range, newText }) => ({ range: toRange(textDocument, range), newText }));
}
