/** A data set as a config names it: `[hf::|ms::]id-or-path[:subset/subset][#rows]`. */

export interface DatasetSpec {
  /** Named before `::`; undefined where the config's `use_hf` decides. */
  readonly hub?: 'huggingface' | 'modelscope';
  /** An id of a hub, or a path. */
  readonly place: string;
  readonly isLocal: boolean;
  readonly subsets: readonly string[];
  /** The text after `#`, as written. */
  readonly countText?: string;
  /** Rows to take; undefined where all are, or where the text is no number. */
  readonly count?: number;
}

/**
 * Takes a spec apart; what exists on disk is taken literally, as the engine does.
 * source: swift/dataset/dataset_syntax.py: DatasetSyntax.parse
 */
export function readDatasetSpec(text: string, exists: (path: string) => boolean): DatasetSpec {
  if (exists(text)) return { place: text, isLocal: true, subsets: [] };
  const [prefix, named] = splitFirst(text, '::');
  const hub = named === undefined ? undefined : hubOf(prefix);
  const rest = named ?? prefix;
  const { body, countText } = exists(rest) ? { body: rest } : splitCount(rest);
  const [place, subsets] = exists(body) ? [body] : splitFirst(body, ':');
  const count = countText !== undefined && /^\s*[+-]?\d+\s*$/.test(countText) ? Number(countText) : undefined;
  return {
    ...(hub === undefined ? {} : { hub }),
    place: place.trim(),
    isLocal: exists(place),
    subsets: subsets === undefined ? [] : subsets.split('/').map((name) => name.trim()),
    ...(countText === undefined ? {} : { countText }),
    ...(count === undefined ? {} : { count }),
  };
}

function hubOf(prefix: string): 'huggingface' | 'modelscope' | undefined {
  const name = prefix.toLowerCase();
  if (name === 'hf') return 'huggingface';
  return name === 'ms' ? 'modelscope' : undefined;
}

function splitFirst(text: string, separator: string): readonly [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}

function splitCount(text: string): { readonly body: string; readonly countText?: string } {
  const at = text.lastIndexOf('#');
  return at < 0 ? { body: text } : { body: text.slice(0, at), countText: text.slice(at + 1) };
}
