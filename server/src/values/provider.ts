/** What a value provider is asked and what it answers. */
import type { ConfigPath } from '../../../protocol/src/finding.ts';
import type { LocalFiles } from '../files/local-files.ts';
import type { SchemaLookup } from '../schema/lookup.ts';
import type { Shape } from '../schema/shape.ts';
import type { ConfigDocument } from '../text/document.ts';

export interface ValueRequest {
  /** Of the value; list positions included. */
  readonly path: ConfigPath;
  /** The last key of the path. */
  readonly key: string;
  readonly shape: Shape;
  readonly lookup: SchemaLookup;
  readonly document: ConfigDocument;
  /** Undefined where the config lies nowhere. */
  readonly files: LocalFiles | undefined;
  /** What is typed before the cursor. */
  readonly prefix: string;
}

export interface ValueSuggestion {
  /** The value itself; the editor's side quotes it where YAML needs that. */
  readonly value: string;
  /** A word beside the value, such as a model's type. */
  readonly detail?: string;
  /** `literal` is written as it stands: true, false, numbers. All others are texts; a folder's ends with a slash. */
  readonly kind: 'literal' | 'choice' | 'name' | 'file' | 'folder';
  readonly isDefault?: boolean;
}

/** Knows some kind of value. */
export interface ValueProvider {
  readonly id: string;
  suggest(request: ValueRequest): Iterable<ValueSuggestion>;
}
