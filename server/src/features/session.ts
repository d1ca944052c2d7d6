/** The open documents of one connection, each read and judged at most once for a version and a schema. */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Position, Range } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { RowCounts } from '../datasets/row-counts.ts';
import { LocalFiles } from '../files/local-files.ts';
import { ruleContext } from '../rules/context.ts';
import { runRules } from '../rules/index.ts';
import type { NamedFinding, RuleContext, Subject } from '../rules/rule.ts';
import { AS_THE_RULES_SAY, type Severities } from '../rules/severities.ts';
import { formatOf, Subjects } from '../rules/subject.ts';
import type { MappingShape } from '../schema/shape.ts';
import type { SchemaStore } from '../schema/store.ts';
import { readConfig } from '../text/document.ts';
import type { TextRange } from '../text/nodes.ts';
import { PartsReader } from '../text/parts.ts';

/** One version of a document under one schema. */
export interface Analysis extends RuleContext {
  readonly textDocument: TextDocument;
  /** What may stand in the document; undefined where that is not known. */
  readonly root: MappingShape | undefined;
  readonly rulePages: ReadonlyMap<string, string>;
  /** Found when first asked for. */
  findings(): readonly NamedFinding[];
}

export interface SessionOptions {
  readonly schemas: SchemaStore;
  readonly open: (uri: string) => TextDocument | undefined;
  readonly log: (message: string) => void;
  /** Where rules are explained, by their ids. */
  readonly rulePages: ReadonlyMap<string, string>;
}

export class Session {
  readonly schemas: SchemaStore;
  readonly log: (message: string) => void;
  readonly #rulePages: SessionOptions['rulePages'];
  readonly rowCounts = new RowCounts();
  readonly #open: SessionOptions['open'];
  readonly #analyses = new Map<string, Analysis>();
  /** By document. */
  readonly #parts = new Map<string, PartsReader>();
  /** By folder. */
  readonly #files = new Map<string, LocalFiles>();
  readonly #subjects = new Subjects();
  #severities: Severities = AS_THE_RULES_SAY;

  constructor({ schemas, open, log, rulePages }: SessionOptions) {
    this.#rulePages = rulePages;
    this.schemas = schemas;
    this.log = log;
    this.#open = open;
  }

  /** Undefined where the document is not open or none of our business. */
  analysis(uri: string): Analysis | undefined {
    const textDocument = this.#open(uri);
    if (!textDocument) return undefined;
    const known = this.#analyses.get(uri);
    if (known?.textDocument === textDocument && known.document.text === textDocument.getText()) {
      if (known.lookup === this.schemas.current) return known;
    }
    const analysis = this.#analyse(textDocument);
    if (analysis) this.#analyses.set(uri, analysis);
    else this.#analyses.delete(uri);
    return analysis;
  }

  /** How grave findings are told from now on. */
  judgeBy(severities: Severities): void {
    this.#severities = severities;
    this.#analyses.clear();
  }

  forget(uri: string): void {
    this.#analyses.delete(uri);
    this.#parts.delete(uri);
  }

  #analyse(textDocument: TextDocument): Analysis | undefined {
    const subject = this.#subject(textDocument);
    if (!subject) return undefined;
    const { uri } = textDocument;
    const document = readConfig(textDocument.getText(), formatOf(pathOf(uri)), this.#partsOf(uri));
    const context = ruleContext(document, subject, this.schemas.current, this.#filesFor(uri));
    let findings: readonly NamedFinding[] | undefined;
    return {
      ...context,
      textDocument,
      rulePages: this.#rulePages,
      root: 'root' in subject ? subject.root : undefined,
      findings: () => {
        findings ??= runRules(
          context,
          (rule, error) => this.log(`Rule ${rule.id} failed: ${describe(error)}`),
          this.#severities,
        );
        return findings;
      },
    };
  }

  #partsOf(uri: string): PartsReader {
    const parts = this.#parts.get(uri) ?? new PartsReader();
    this.#parts.set(uri, parts);
    return parts;
  }

  /** A run starts in the folder of its config. */
  #filesFor(uri: string): LocalFiles | undefined {
    if (!uri.startsWith('file:')) return undefined;
    const folder = dirname(pathOf(uri));
    const files = this.#files.get(folder) ?? new LocalFiles(folder);
    this.#files.set(folder, files);
    return files;
  }

  #subject(textDocument: TextDocument): Subject | undefined {
    return this.#subjects.of(pathOf(textDocument.uri), textDocument.getText(), {
      lookup: this.schemas.current,
      isChosen: textDocument.languageId === 'tunewright',
    });
  }
}

function pathOf(uri: string): string {
  try {
    return fileURLToPath(uri);
  } catch {
    // Untitled and virtual documents have no file path; their name is all there is.
    return decodeURIComponent(uri);
  }
}

/** An error with where it came from, for the log. */
export function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

export function toRange(textDocument: TextDocument, { start, end }: TextRange): Range {
  return { start: textDocument.positionAt(start), end: textDocument.positionAt(end) };
}

export function toOffset(textDocument: TextDocument, position: Position): number {
  return textDocument.offsetAt(position);
}
