/** Reads a YAML config again after a keystroke: the top-level entries that have not changed are taken over, moved to where they stand now. */
import type { ConfigNode, Entry, MappingNode, ReadText, TextRange } from './nodes.ts';
import { readYaml } from './yaml.ts';

/** A top-level entry from its key to the next key, with the comments between them. */
interface Part {
  readonly text: string;
  readonly start: number;
}

interface ReadPart {
  readonly start: number;
  readonly entry: Entry;
  /** Where the mapping would end if this were the last part; unknown where another one followed it. */
  readonly end: number | undefined;
}

interface ReadParts {
  readonly preamble: string;
  readonly byText: ReadonlyMap<string, ReadPart>;
}

const KEY = /[A-Za-z_][\w.-]*[ ]*:(?=[ \r\n]|$)/y;
const COMMENTS = /^(?:[ ]*(?:#.*)?\r?\n)*$/;
/** What one entry may say of another. */
const ANCHOR_OR_ALIAS = /(?:^|[\s[{,:-])[&*]/;

/** Of one document. Reads every text as `readYaml` does, and remembers the last one that was in order. */
export class PartsReader {
  #known: ReadParts | undefined;

  read(text: string): ReadText {
    const parts = ANCHOR_OR_ALIAS.test(text) ? undefined : partsOf(text);
    const known = parts && this.#known;
    const taken = known?.preamble === parts?.preamble && known && parts && takeOver(parts.parts, known);
    if (parts && taken) {
      this.#known = { preamble: parts.preamble, byText: byText(parts.parts, taken) };
      return { root: mappingOf(taken), problems: [] };
    }
    const read = readYaml(text);
    const first = parts && firstReading(parts.parts, read);
    if (parts && first) this.#known = { preamble: parts.preamble, byText: byText(parts.parts, first) };
    return read;
  }
}

/** Undefined where the lines alone do not show how the text is divided. */
function partsOf(text: string): { readonly preamble: string; readonly parts: readonly Part[] } | undefined {
  const starts: number[] = [];
  for (let line = 0; line < text.length; line = text.indexOf('\n', line) + 1 || text.length) {
    KEY.lastIndex = line;
    if (KEY.test(text)) starts.push(line);
    else if (!/[ \t\r\n#-]/.test(text[line] ?? '') || text.startsWith('---', line)) return undefined;
  }
  const [first] = starts;
  if (first === undefined) return undefined;
  const preamble = text.slice(0, first);
  if (!COMMENTS.test(preamble)) return undefined;
  const parts = starts.map((start, index) => ({ start, text: text.slice(start, starts[index + 1]) }));
  return { preamble, parts };
}

/** Undefined where a part is not in order by itself: the whole text tells then what is wrong. */
function takeOver(parts: readonly Part[], { byText }: ReadParts): readonly ReadPart[] | undefined {
  const taken: ReadPart[] = [];
  for (const [index, part] of parts.entries()) {
    const isLast = index === parts.length - 1;
    const known = byText.get(part.text);
    const read = known && (!isLast || known.end !== undefined) ? known : readPart(part);
    if (!read) return undefined;
    taken.push(moved(read, part.start));
  }
  return taken;
}

function readPart({ text, start }: Part): ReadPart | undefined {
  // A copy: what is cut out of a text keeps all of it in memory, and a part outlives many texts.
  const copy = ` ${text}`.slice(1);
  const { root, problems } = readYaml(copy);
  const entry = root?.kind === 'mapping' && root.entries.length === 1 ? root.entries[0] : undefined;
  if (!root || !entry || problems.length > 0 || entry.keyRange.start !== 0) return undefined;
  return moved({ start: 0, entry, end: root.range.end }, start);
}

/** The parts of a text that was read as a whole. */
function firstReading(parts: readonly Part[], { root, problems }: ReadText): readonly ReadPart[] | undefined {
  if (problems.length > 0 || root?.kind !== 'mapping' || root.entries.length !== parts.length)
    return undefined;
  const read: ReadPart[] = [];
  for (const [index, { start }] of parts.entries()) {
    const entry = root.entries[index];
    if (entry?.keyRange.start !== start) return undefined;
    read.push({ start, entry, end: index === parts.length - 1 ? root.range.end : undefined });
  }
  return read;
}

function byText(parts: readonly Part[], read: readonly ReadPart[]): ReadonlyMap<string, ReadPart> {
  const known = new Map<string, ReadPart>();
  for (const [index, part] of read.entries()) known.set(parts[index]?.text ?? '', part);
  return known;
}

function mappingOf(parts: readonly ReadPart[]): MappingNode {
  const range = { start: parts[0]?.start ?? 0, end: parts.at(-1)?.end ?? 0 };
  return { kind: 'mapping', range, isFlow: false, entries: parts.map(({ entry }) => entry) };
}

function moved(part: ReadPart, start: number): ReadPart {
  const by = start - part.start;
  if (by === 0) return part;
  const end = part.end === undefined ? undefined : part.end + by;
  return { start, entry: movedEntry(part.entry, by), end };
}

function movedEntry({ name, keyRange, value, isMerged }: Entry, by: number): Entry {
  return { name, keyRange: movedRange(keyRange, by), value: movedNode(value, by), isMerged };
}

function movedNode(node: ConfigNode, by: number): ConfigNode {
  const range = movedRange(node.range, by);
  switch (node.kind) {
    case 'scalar':
      return { ...node, range };
    case 'list':
      return { ...node, range, items: node.items.map((item) => movedNode(item, by)) };
    case 'mapping':
      return { ...node, range, entries: node.entries.map((entry) => movedEntry(entry, by)) };
  }
}

function movedRange({ start, end }: TextRange, by: number): TextRange {
  return { start: start + by, end: end + by };
}
