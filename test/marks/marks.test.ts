/** The marks of the projects that we drive appear in no name, identifier, keyword or headline of ours. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { headlinePlaces, type Manifest, manifestPlaces, translationPlaces, violations } from './marks.ts';

const root = join(import.meta.dirname, '..', '..');
const read = (name: string) => readFileSync(join(root, name), 'utf8');
const ManifestFile = z.looseObject({
  name: z.string(),
  displayName: z.string(),
  description: z.string(),
  publisher: z.string(),
});
const manifest = ManifestFile.parse(JSON.parse(read('package.json')));
const Texts = z.record(z.string(), z.string());
const NOTICE = /unofficial[^.]*not affiliated with(, sponsored)? or endorsed by/i;

describe('the product', () => {
  test('has no mark in the names of its manifest', () => {
    expect(violations(manifestPlaces(manifest as Manifest))).toEqual([]);
  });

  test.each(['package.nls.json', 'package.nls.zh-cn.json'])('has no mark in the titles of %s', (file) => {
    expect(violations(translationPlaces(Texts.parse(JSON.parse(read(file)))))).toEqual([]);
  });

  test('has no mark in the headlines or the slogan of its README', () => {
    expect(violations(headlinePlaces(read('README.md')))).toEqual([]);
  });

  test('says in the marketplace description and the README that it is unofficial', () => {
    const texts = Texts.parse(JSON.parse(read('package.nls.json')));
    const description = manifest.description.replace(/^%(.+)%$/, (_, key: string) => texts[key] ?? '');
    expect(`${description}.`).toMatch(/unofficial[^.]*not affiliated with or endorsed by/i);
    expect(read('README.md').replaceAll('\n', ' ')).toMatch(NOTICE);
  });
});

describe('the scan', () => {
  test('finds a mark in a command, a setting, a keyword and a language', () => {
    const found = violations(
      manifestPlaces({
        name: 'tunewright',
        displayName: 'Tunewright for Swift',
        publisher: 'tunewright',
        keywords: ['vllm'],
        contributes: {
          commands: [{ command: 'tunewright.runRay', title: 'Start' }, { command: 'tunewright.ray.start' }],
          configuration: { properties: { 'tunewright.modelscope.token': {} } },
          languages: [{ id: 'swift', extensions: ['.megatron-sft.yaml'] }],
        },
      }),
    ).map(({ where }) => where);
    expect(found).toEqual([
      'displayName',
      'keywords[0]',
      'contributes.commands[1].command',
      'contributes.configuration.properties.tunewright.modelscope.token (key)',
      'contributes.languages[0].id',
    ]);
  });

  test('takes a word that only contains a mark for what it is', () => {
    expect(violations([{ where: 'title', text: 'Swiftly arrayed' }])).toEqual([]);
  });

  test('finds a mark in a headline and in a slogan, not in the text', () => {
    const page = '# Tool\n\nTraining with vLLM. More.\n\n## Use Ray\n\nWorks with Ray.\n';
    expect(violations(headlinePlaces(page)).map(({ where }) => where)).toEqual(['line 5', 'slogan']);
  });
});
