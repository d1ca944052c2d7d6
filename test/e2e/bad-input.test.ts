/** What a person who opens the wrong thing sees in a real VS Code: a clear word, and nothing of theirs touched. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { runDirectories } from '../harness/logged.ts';
import { openSession, type Session } from './harness/session.ts';

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template: {}
`;
const PIPELINE = `trigger:
- main
pool:
  vmImage: ubuntu-latest
steps:
- script: echo hello
`;
const WITHOUT_MODEL_FOLDER = `model: ./no-such-model
model_type: qwen2
template: qwen2_5
dataset:
  - train.jsonl
`;

let session: Session;

beforeAll(async () => {
  session = await openSession({
    files: {
      'web.deploy.yaml': DEPLOYMENT,
      'azure.pipeline.yaml': PIPELINE,
      'data/missing.sft.yaml': WITHOUT_MODEL_FOLDER,
      'broken.sft.yaml': 'model: [unclosed\nlearning_rate: 0.1\n',
    },
  });
});

afterAll(async () => {
  await session?.close();
});

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail')
    await session.workbench.screenshot(`failed-${task.name.replaceAll(' ', '-')}`);
});

test.for(['web.deploy.yaml', 'azure.pipeline.yaml'])(
  "%s is another tool's and stays plain YAML",
  async (name) => {
    const { workbench } = session;
    await workbench.openFile(name);
    await workbench.languageIndicator('YAML').waitFor();
    expect(await workbench.codeLens('Run').count()).toBe(0);
    expect(await workbench.squiggles('error').count()).toBe(0);
  },
);

test('broken YAML is underlined where it breaks', async () => {
  const { workbench } = session;
  await workbench.openFile('broken.sft.yaml');
  await workbench.languageIndicator('Tunewright').waitFor();
  await workbench.squiggles('error').first().waitFor();
});

test('a model path that does not exist is said before anything is stored', async () => {
  const { workbench, folder } = session;
  await workbench.openFile('missing.sft.yaml');
  await workbench.codeLens('Run').click();
  await workbench.notification(/no-such-model/).waitFor();
  await workbench.screenshot('missing-model-dark');
  expect(runDirectories(folder)).toEqual([]);
});
