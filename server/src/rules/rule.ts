/** What a rule is, what it is told, and what it says. */
import type { ConfigPath, FindingSeverity } from '../../../protocol/src/finding.ts';
import type { Task } from '../../../protocol/src/task.ts';
import type { LocalFiles } from '../files/local-files.ts';
import type { Abbreviations } from '../schema/abbreviations.ts';
import type { SchemaLookup } from '../schema/lookup.ts';
import type { MappingShape } from '../schema/shape.ts';
import type { ConfigDocument } from '../text/document.ts';
import type { TextRange } from '../text/nodes.ts';
import type { Settings } from './settings.ts';

/** What a document is, and with that which keys it may hold. */
export type Subject =
  | {
      readonly kind: 'config';
      readonly task: Task;
      readonly root: MappingShape;
      readonly abbreviations: Abbreviations;
    }
  | { readonly kind: 'targets'; readonly root: MappingShape }
  /** A config whose task the engine's schema lacks. */
  | { readonly kind: 'task-not-in-schema'; readonly task: Task }
  /** Opened as a config, and nothing says for which task. */
  | { readonly kind: 'task-unknown' };

export interface RuleContext {
  readonly document: ConfigDocument;
  readonly subject: Subject;
  readonly lookup: SchemaLookup;
  /** What lies on this machine; undefined where the config lies nowhere, as a new one does. */
  readonly files: LocalFiles | undefined;
  /** What the config tells the engine, read when first asked for; undefined where that cannot be known. */
  settings(): Settings | undefined;
}

export interface TextEdit {
  readonly range: TextRange;
  readonly newText: string;
}

/** A repair, offered as a quick fix. */
export interface Fix {
  readonly title: string;
  readonly edits: readonly TextEdit[];
  /** A secret that the edits take out of the file, for an editor that can keep it under the variable's name. */
  readonly keeps?: { readonly variable: string; readonly range: TextRange };
}

export interface RuleFinding {
  readonly message: string;
  readonly path: ConfigPath;
  readonly range: TextRange;
  readonly severity: FindingSeverity;
  /** The likeliest repair first. */
  readonly fixes?: readonly Fix[];
  /** The text has no effect, and may be shown faded. */
  readonly isUnused?: boolean;
}

export interface Rule {
  /** Says the rule: `unknown-key`. */
  readonly id: string;
  /** `text`: looks at the text alone. `keys`: needs to know which keys may stand in it. */
  readonly needs: 'text' | 'keys';
  /** Runs on texts of any size. */
  readonly isCheap: boolean;
  check(context: RuleContext): Iterable<RuleFinding>;
}

/** A finding under its rule's name. */
export interface NamedFinding extends RuleFinding {
  readonly id: string;
}
