/** Finds marks of other projects in the places where TRADEMARKS.md allows none. */

/** Names that belong to others: engines, hubs, servers, schedulers and their owners, in lower case. */
const MARKS = [
  'ms-swift',
  'swift',
  'modelscope',
  'evalscope',
  'alibaba',
  'hugging ?face',
  'transformers',
  'vllm',
  'sglang',
  'lmdeploy',
  'unsloth',
  'liger',
  'deepspeed',
  'megatron',
  'nvidia',
  'pytorch',
  'slurm',
  'ray',
  'qwen',
  'llama',
  'tensorboard',
  'wandb',
  'openai',
];

const MARK = new RegExp(`(?<![a-z])(?:${MARKS.join('|')})(?![a-z])`, 'i');

/** A text of the product and where it stands. */
export interface Place {
  readonly where: string;
  readonly text: string;
}

export interface Manifest {
  readonly name: string;
  readonly displayName: string;
  readonly publisher: string;
  readonly keywords?: readonly string[];
  readonly icon?: string;
  readonly contributes?: Readonly<Record<string, unknown>>;
}

/** Keys of `contributes` that name things to the outside. File patterns are not names: they say what a file is for. */
const NAMING_KEYS = new Set([
  'id',
  'command',
  'title',
  'name',
  'aliases',
  'shortTitle',
  'category',
  'icon',
  'view',
]);

function contributedNames(value: unknown, where: string): Place[] {
  if (Array.isArray(value))
    return value.flatMap((item, index) => contributedNames(item, `${where}[${index}]`));
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const place = `${where}.${key}`;
    const own = [{ where: `${place} (key)`, text: key }];
    if (NAMING_KEYS.has(key)) own.push({ where: place, text: JSON.stringify(item) });
    return [...own, ...contributedNames(item, place)];
  });
}

/** Every name of the manifest that a person or another extension sees. */
export function manifestPlaces(manifest: Manifest): Place[] {
  return [
    { where: 'name', text: manifest.name },
    { where: 'displayName', text: manifest.displayName },
    { where: 'publisher', text: manifest.publisher },
    { where: 'icon', text: manifest.icon ?? '' },
    ...(manifest.keywords ?? []).map((text, index) => ({ where: `keywords[${index}]`, text })),
    ...contributedNames(manifest.contributes ?? {}, 'contributes'),
  ];
}

/** Titles of commands, views and the like in a translation of the manifest. */
export function translationPlaces(texts: Readonly<Record<string, string>>): Place[] {
  return Object.entries(texts)
    .filter(([key]) => /title|name|displayName/i.test(key))
    .map(([where, text]) => ({ where, text }));
}

/** Headlines of a Markdown page, and its slogan: the first paragraph under the first headline. */
export function headlinePlaces(markdown: string): Place[] {
  const lines = markdown.split('\n');
  const headlines = lines.flatMap((line, index) =>
    /^#+ /.test(line) ? [{ where: `line ${index + 1}`, text: line }] : [],
  );
  const slogan = markdown
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.trim())
    .find((paragraph) => paragraph !== '' && !/^(#|!\[|\[!|<)/.test(paragraph));
  return slogan === undefined
    ? headlines
    : [...headlines, { where: 'slogan', text: slogan.split(/\.\s/, 1)[0] ?? '' }];
}

/** The places that hold a mark. */
export function violations(places: readonly Place[]): Place[] {
  return places.filter(({ text }) => MARK.test(text));
}
