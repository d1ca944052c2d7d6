/** Which files are taken for configs, and which are left alone. */
import { describe, expect, test } from 'vitest';
import { type Recognition, recognise } from '../../protocol/src/recognition.ts';

const SFT = 'model: ./model\ndataset: [data/train.jsonl]\n';
const config = (task: string) => ({ kind: 'config', task });
const NONE = { kind: 'none' };

const KUBERNETES = 'apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: model\nspec: {}\n';
const AZURE = 'trigger: [main]\npool:\n  vmImage: ubuntu-latest\nsteps:\n- script: make\n';

const cases: [string, string, string, unknown][] = [
  ['a name that only training uses', '/w/first.sft.yaml', SFT, config('sft')],
  ['the same, empty', '/w/first.sft.yml', '', config('sft')],
  ['a Windows path', 'C:\\w\\big.megatron-pt.yaml', '', config('megatron-pt')],
  [
    'a common name with keys of the task',
    '/w/a.deploy.yaml',
    'model: m\ninfer_backend: vllm\n',
    config('deploy'),
  ],
  ['a common name with one key only', '/w/a.deploy.yaml', 'model: m\n', NONE],
  ['Kubernetes with a name like ours', '/w/a.deploy.yaml', KUBERNETES, NONE],
  ['Azure Pipelines with a name like ours', '/w/build.pipeline.yaml', AZURE, NONE],
  ['a pipeline of ours', '/w/a.pipeline.yaml', 'stages:\n  tune: {task: sft}\n', { kind: 'pipeline' }],
  ['an Azure pipeline that has stages', '/w/a.pipeline.yaml', 'trigger: none\nstages:\n- stage: x\n', NONE],
  ['a declaration', '/w/anything.yaml', '# tunewright: rlhf\nmodel: m\n', config('rlhf')],
  ['a declaration beats the name', '/w/a.sft.yaml', '# tunewright: pt\n', config('pt')],
  ['a declaration of nothing we know', '/w/a.yaml', '# tunewright: dance\nmodel: m\n', NONE],
  ['a declaration that is not in the first line', '/w/a.yaml', 'a: 1\n# tunewright: sft\n', NONE],
  [
    'plain YAML with the keys of a training',
    '/w/train.yaml',
    `${SFT}tuner_type: lora\nlearning_rate: 1e-4\n`,
    config('sft'),
  ],
  ['plain YAML that mentions a model', '/w/values.yaml', 'model: x\ndataset: y\n', NONE],
  [
    'JSON with the keys of a training',
    '/w/a.json',
    '{"model":"m","dataset":["d"],"tuner_type":"full","max_steps":3}',
    config('sft'),
  ],
  ['JSON of somebody else', '/w/package.json', '{"name":"x","model":"m"}', NONE],
  ['targets of a workspace', '/w/.tunewright/targets.yaml', 'targets: {}\n', { kind: 'targets' }],
  ['targets of a user', '/home/u/.config/tunewright/targets.yaml', 'targets: {}\n', { kind: 'targets' }],
  ['targets of something else', '/w/targets.yaml', 'targets: {}\n', NONE],
];

describe('recognise', () => {
  test.each(cases)('%s', (_, path, text, expected) => {
    expect(recognise(path, text)).toEqual(expected as Recognition);
  });

  test('looks only at the beginning of a large file', () => {
    const text = `${'# filler\n'.repeat(400_000)}model: m\ndataset: d\ntuner_type: lora\nlearning_rate: 1\n`;
    expect(recognise('/w/large.yaml', text)).toEqual(NONE);
  });
});
