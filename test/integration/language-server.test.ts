/** The built language server, alone with an editor: no Python, no bridge, no network, only the snapshot beside it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LanguageClient } from '../harness/language-client.ts';

let client: LanguageClient;

beforeAll(async () => {
  client = await LanguageClient.open();
});

afterAll(async () => {
  await client.close();
});

test('it judges and completes a config by the schema that ships with it', async () => {
  const uri = 'file:///work/first.sft.yaml';
  const found = await client.openDocument(
    uri,
    'model: a/b\ntrian_type: full\npacking: maybe\ncached_dataset: rows\ntuner_type: \n',
  );
  expect(found.map(({ code, message }) => [code, message])).toEqual([
    ['unknown-key', 'trian_type is no argument of sft. Did you mean tuner_type?'],
    ['wrong-type', 'packing takes true or false, not "maybe".'],
    ['unknown-name', expect.stringMatching(/^An empty tuner_type is the name None/)],
  ]);
  const values = await client.complete(uri, { line: 4, character: 12 });
  expect(values.map((item) => item.label)).toContain('lora');
  const keys = await client.complete(uri, { line: 5, character: 0 });
  expect(keys.length).toBeGreaterThan(300);
});

test('a mended config has no findings', async () => {
  const uri = 'file:///work/first.sft.yaml';
  const mended = 'model: a/b\ncached_dataset: rows\ntuner_type: full\nattn_impl: flash_attn\npacking: true\n';
  expect(await client.changeDocument(uri, 2, mended)).toEqual([]);
});
