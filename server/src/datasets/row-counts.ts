/** How many rows data files hold, counted once for every version of a file. */
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { extname } from 'node:path';

/** A line count reads the whole file; more than this is not read for a hint. */
const MAX_LINES_BYTES = 1024 ** 3;
/** JSON has to be held in memory to be counted. */
const MAX_JSON_BYTES = 32 * 1024 ** 2;
const MAX_REMEMBERED = 200;

interface Counted {
  readonly version: string;
  readonly rows: Promise<number | undefined>;
}

export class RowCounts {
  readonly #counted = new Map<string, Counted>();

  /** Rows of a file; undefined where it cannot be counted: a folder, an unknown format, a file that is too large. */
  async of(path: string): Promise<number | undefined> {
    const found = await stat(path).catch(() => undefined);
    if (!found?.isFile()) return undefined;
    const version = `${found.mtimeMs} ${found.size}`;
    const known = this.#counted.get(path);
    if (known?.version === version) return known.rows;
    const rows = count(path, found.size).catch(() => undefined);
    if (this.#counted.size >= MAX_REMEMBERED) this.#counted.clear();
    this.#counted.set(path, { version, rows });
    return rows;
  }
}

async function count(path: string, bytes: number): Promise<number | undefined> {
  switch (extname(path).toLowerCase()) {
    case '.jsonl':
      return bytes <= MAX_LINES_BYTES ? countLines(path) : undefined;
    case '.csv':
      return bytes <= MAX_LINES_BYTES ? countRecords(path) : undefined;
    case '.json':
      return bytes <= MAX_JSON_BYTES ? countJson(path) : undefined;
    default:
      return undefined;
  }
}

const LINE_BREAK = 0x0a;
const QUOTE = 0x22;

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d;
}

/** Lines with something in them. */
async function countLines(path: string): Promise<number> {
  let lines = 0;
  let isFilled = false;
  for await (const chunk of bytesOf(path)) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_BREAK); end >= 0; end = chunk.indexOf(LINE_BREAK, start)) {
      if (isFilled || hasText(chunk, start, end)) lines += 1;
      isFilled = false;
      start = end + 1;
    }
    isFilled ||= hasText(chunk, start, chunk.length);
  }
  return isFilled ? lines + 1 : lines;
}

function hasText(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if (!isBlank(bytes[at] ?? 0)) return true;
  return false;
}

function bytesOf(path: string): AsyncIterable<Buffer> {
  return createReadStream(path, { highWaterMark: 1024 ** 2 });
}

/** Records below the header; a line break within quotes ends none. */
async function countRecords(path: string): Promise<number> {
  let records = 0;
  let isFilled = false;
  let isQuoted = false;
  for await (const chunk of bytesOf(path)) {
    for (const byte of chunk) {
      if (byte === QUOTE) isQuoted = !isQuoted;
      if (byte === LINE_BREAK && !isQuoted) {
        if (isFilled) records += 1;
        isFilled = false;
      } else if (!isBlank(byte)) isFilled = true;
    }
  }
  return Math.max(0, (isFilled ? records + 1 : records) - 1);
}

/** Elements of the one list that a JSON data file is; some are lines of objects in spite of their name. */
async function countJson(path: string): Promise<number | undefined> {
  const text = await readFile(path, 'utf8');
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.length : 1;
  } catch {
    return text.trimStart().startsWith('{') ? countLines(path) : undefined;
  }
}
