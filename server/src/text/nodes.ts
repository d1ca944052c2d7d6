/** The tree that a config is read into: values as Python would hold them, each with its place in the text. */

/** A half-open range of UTF-16 offsets. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** A scalar as Python holds it; `other` is a value that no argument takes, such as a date. */
export type PythonScalar =
  | { readonly type: 'null' }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'integer'; readonly value: bigint }
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'other'; readonly name: string; readonly text: string };

export type ScalarStyle = 'plain' | 'single' | 'double' | 'block';

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly range: TextRange;
  readonly style: ScalarStyle;
  readonly value: PythonScalar;
}

export interface ListNode {
  readonly kind: 'list';
  readonly range: TextRange;
  /** Written in brackets rather than in lines. */
  readonly isFlow: boolean;
  readonly items: readonly ConfigNode[];
}

/** A key with its value. */
export interface Entry {
  /** The key as Python's `str` writes it, which is what the engine sees. */
  readonly name: string;
  readonly keyRange: TextRange;
  readonly value: ConfigNode;
  /** Came in through `<<`: the ranges point to where it was written. */
  readonly isMerged: boolean;
}

export interface MappingNode {
  readonly kind: 'mapping';
  readonly range: TextRange;
  readonly isFlow: boolean;
  /** Every entry in the order of the text, repeated keys included. */
  readonly entries: readonly Entry[];
}

export type ConfigNode = ScalarNode | ListNode | MappingNode;

/** What keeps a text from being read, by name; the rules put it into words. */
export type ProblemCode =
  | 'alias-loop'
  | 'bad-alias'
  | 'bad-character'
  | 'bad-directive'
  | 'bad-escape'
  | 'bad-indentation'
  | 'bad-key'
  | 'bad-merge'
  | 'bad-scalar-start'
  | 'bad-tag'
  | 'bad-value'
  | 'block-in-flow'
  | 'dash-without-space'
  | 'duplicate-anchor'
  | 'json-comma'
  | 'json-comment'
  | 'json-quote'
  | 'json-syntax'
  | 'json-word'
  | 'key-without-colon'
  | 'missing-character'
  | 'nested-too-deeply'
  | 'nested-mapping'
  | 'question-mark-in-flow'
  | 'second-document'
  | 'tab'
  | 'unclosed'
  | 'unexpected'
  | 'value-indicator';

export interface TextProblem {
  readonly code: ProblemCode;
  readonly range: TextRange;
  /** What the message names: a character, an anchor, a tag. */
  readonly subject?: string;
}

/** What a reader of either format returns. */
export interface ReadText {
  readonly root: ConfigNode | undefined;
  readonly problems: readonly TextProblem[];
}
