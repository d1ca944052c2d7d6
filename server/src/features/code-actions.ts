/** The fixes of findings as quick fixes, the likeliest first. */
import { type CodeAction, CodeActionKind } from 'vscode-languageserver';
import { ignoreFixes } from '../rules/ignore-fixes.ts';
import type { Fix, NamedFinding } from '../rules/rule.ts';
import type { TextRange } from '../text/nodes.ts';
import { diagnosticOf } from './diagnostics.ts';
import type { Feature } from './feature.ts';
import { EXPAND, expandAbbreviations, FIX_ALL, fixAll } from './fix-all.ts';
import { type Analysis, toOffset, toRange } from './session.ts';
import { CONVERT, convertShell } from './shell-conversion.ts';

export const codeActions: Feature = {
  id: 'code-actions',
  capabilities: () => ({
    codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, FIX_ALL, EXPAND, CONVERT] },
  }),
  attach(connection, session) {
    connection.onCodeAction(({ textDocument, range, context }) => {
      const analysis = session.analysis(textDocument.uri);
      if (!analysis) return [];
      const isWanted = (kind: string) =>
        context.only?.some((only) => kind === only || kind.startsWith(`${only}.`)) ?? true;
      const asked = {
        start: toOffset(analysis.textDocument, range.start),
        end: toOffset(analysis.textDocument, range.end),
      };
      return [
        ...(isWanted(CodeActionKind.QuickFix) ? quickFixesAt(analysis, asked) : []),
        // Without being asked for, it would stand in the menu of every line.
        ...(context.only !== undefined && isWanted(FIX_ALL) ? fixAll(analysis) : []),
        ...(isWanted(EXPAND) ? expandAbbreviations(analysis) : []),
        ...(isWanted(CONVERT) ? convertShell(analysis, asked) : []),
      ];
    });
  },
};

function quickFixesAt(analysis: Analysis, asked: TextRange): CodeAction[] {
  const findings = analysis.findings().filter((finding) => touches(finding.range, asked));
  return [...findings.flatMap((finding) => repairsOf(analysis, finding)), ...silencesOf(analysis, findings)];
}

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
