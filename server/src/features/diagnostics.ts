/** Findings as diagnostics: pulled by editors that can, pushed to the others. */
import {
  type Connection,
  type Diagnostic,
  DiagnosticSeverity,
  DiagnosticTag,
  DocumentDiagnosticReportKind,
} from 'vscode-languageserver';
import type { NamedFinding } from '../rules/rule.ts';
import type { Editor, Feature } from './feature.ts';
import { type Analysis, type Session, toRange } from './session.ts';

const SEVERITIES = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
} as const;

export const diagnostics: Feature = {
  id: 'diagnostics',
  capabilities: (editor) =>
    pulls(editor)
      ? { diagnosticProvider: { interFileDependencies: false, workspaceDiagnostics: false } }
      : {},
  attach(connection, session, editor) {
    if (!pulls(editor)) return;
    connection.languages.diagnostics.on(({ textDocument }) => ({
      kind: DocumentDiagnosticReportKind.Full,
      items: diagnosticsOf(session.analysis(textDocument.uri)),
    }));
  },
};

/** Whether the editor asks for diagnostics itself. */
export function pulls({ capabilities }: Editor): boolean {
  return capabilities.textDocument?.diagnostic !== undefined;
}

/** Sends the diagnostics of a document to an editor that does not ask for them. */
export async function pushDiagnostics(connection: Connection, session: Session, uri: string): Promise<void> {
  const analysis = session.analysis(uri);
  const version = analysis?.textDocument.version;
  await connection.sendDiagnostics({
    uri,
    diagnostics: diagnosticsOf(analysis),
    ...(version === undefined ? {} : { version }),
  });
}

function diagnosticsOf(analysis: Analysis | undefined): Diagnostic[] {
  return analysis ? analysis.findings().map((finding) => diagnosticOf(analysis, finding)) : [];
}

/** A finding in the words of the protocol. */
export function diagnosticOf({ textDocument, rulePages }: Analysis, finding: NamedFinding): Diagnostic {
  const page = rulePages.get(finding.id);
  return {
    range: toRange(textDocument, finding.range),
    message: finding.message,
    severity: SEVERITIES[finding.severity],
    code: finding.id,
    ...(page === undefined ? {} : { codeDescription: { href: page } }),
    source: 'tunewright',
    ...(finding.isUnused ? { tags: [DiagnosticTag.Unnecessary] } : {}),
  };
}
