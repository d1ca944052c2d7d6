/** Every text that a person reads has Chinese words: what the sources hand to `t` against the bundle in l10n/. */
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import * as z from 'zod';

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));
const SOURCES = '{client/src,client/webviews,server/src}/**/*.ts';

/** Where the keys of configs and of targets are described; the server shows that to the person. */
const DESCRIPTIONS = 'protocol/src/{config,targets}.ts';

/** A call of `t`, `l10n.t` or `vscode.l10n.t`, up to the first character of its argument. */
const CALL = /(?<![\w$.'"`])(?:vscode\.)?(?:l10n\.)?t\(\s*(?=\S)/g;
const DESCRIPTION = /\.describe\(\s*(?=\S)/g;
const LITERAL = /^(?:'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\$]|\\.)*`)/;

interface Found {
  readonly key: string;
  readonly place: string;
}

function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, (comment) => comment.replace(/[^\n]/g, ' '));
}

/** The texts of one source. Throws where a call has no literal text, since no one could translate it. */
function textsIn(name: string, source: string, call = CALL): Found[] {
  const code = withoutComments(source);
  return Array.from(code.matchAll(call), (match) => {
    const start = match.index + match[0].length;
    const place = `${name}:${code.slice(0, start).split('\n').length}`;
    const literal = LITERAL.exec(code.slice(start))?.[0];
    if (literal === undefined) throw new Error(`${place} hands something other than a literal text to t`);
    return { key: readLiteral(literal), place };
  });
}

function readLiteral(literal: string): string {
  return literal
    .slice(1, -1)
    .replace(/\\(n|t|.)/g, (_whole, letter: string) => ({ n: '\n', t: '\t' })[letter] ?? letter);
}

function read(name: string): string {
  return readFileSync(`${REPOSITORY}${name}`, 'utf8');
}

/** What the bridge's tables say of alerts; the editor shows it in the person's language. */
const Words = z.object({ meaning: z.string(), nextStep: z.string() });
const Catalog = z.object({
  kinds: z.record(z.string(), Words),
  failures: z.record(z.string(), Words),
  advice: z.record(z.string(), z.string()),
});
const ALERTS = 'protocol/alerts.json';

function textsOfAlerts(): Found[] {
  const { kinds, failures, advice } = Catalog.parse(JSON.parse(read(ALERTS)));
  const words = [...Object.values(kinds), ...Object.values(failures)];
  return [...words.flatMap(({ meaning, nextStep }) => [meaning, nextStep]), ...Object.values(advice)].map(
    (key) => ({ key, place: ALERTS }),
  );
}

const found = globSync(SOURCES, { cwd: REPOSITORY })
  .filter((name) => !name.endsWith('.test.ts'))
  .flatMap((name) => textsIn(name, read(name)))
  .concat(
    globSync(DESCRIPTIONS, { cwd: REPOSITORY }).flatMap((name) => textsIn(name, read(name), DESCRIPTION)),
  )
  .concat(textsOfAlerts());

const bundle = z
  .record(z.string(), z.string().min(1))
  .parse(JSON.parse(readFileSync(`${REPOSITORY}l10n/bundle.l10n.zh-cn.json`, 'utf8')));

function placeholders(text: string): string[] {
  return [...new Set(text.match(/\{[\w-]+\}/g))].toSorted();
}

it('the search for texts finds them in every room', () => {
  for (const room of ['client/src/', 'client/webviews/', 'server/src/']) {
    expect(found.some(({ place }) => place.startsWith(room))).toBe(true);
  }
});

it('every text is translated', () => {
  const missing = found.filter(({ key }) => !(key in bundle)).map(({ key, place }) => `${place}: ${key}`);
  expect(missing).toEqual([]);
});

it('every translation keeps the values of its text', () => {
  const broken = Object.entries(bundle).filter(
    ([text, translated]) => placeholders(text).join() !== placeholders(translated).join(),
  );
  expect(broken).toEqual([]);
});

it('no translation is left over', () => {
  const used = new Set(found.map(({ key }) => key));
  expect(Object.keys(bundle).filter((key) => !used.has(key))).toEqual([]);
});

it('a text that is no literal is refused', () => {
  expect(() => textsIn('a.ts', 'show(t(name))')).toThrow('a.ts:1');
  expect(textsIn('a.ts', "// t(x)\nshow(l10n.t(\n  'it\\'s {0}', 1))")[0]?.key).toBe("it's {0}");
});
