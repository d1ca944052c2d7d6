import { expect, test } from 'vitest';
import { checkRule, contextOf } from './check-rule.ts';
import { secretInFile } from './secret-in-file.ts';

const TOKEN = `hf_${'aB3'.repeat(11)}`;
const MODELSCOPE = 'ms-0a1b2c3d-0000-4444-8888-0123456789ab';

test('a credential is found by its key, by its variable and by its looks', () => {
  checkRule(
    secretInFile,
    `
model: a/b
hub_token: plain # want "hub_token holds a secret" fix="Write \${env:HUB_TOKEN}"
ENV:
  WANDB_API_KEY: 0123456789 # want "WANDB_API_KEY holds" fix="\${env:WANDB_API_KEY}"
  LEVEL: info
system: use ${TOKEN} please # want "system holds" fix="\${env:HF_TOKEN}"
model_kwargs: {auth: "${MODELSCOPE}"} # want "auth holds" fix="\${env:MODELSCOPE_API_TOKEN}"
`,
    `
model: a/b
hub_token: '\${env:HUB_TOKEN}'
ENV:
  WANDB_API_KEY: '\${env:WANDB_API_KEY}'
  LEVEL: info
system: use \${env:HF_TOKEN} please
model_kwargs: {auth: "\${env:MODELSCOPE_API_TOKEN}"}
`,
  );
});

test('the secret itself is in no message and no title, and the editor hears where it stood', () => {
  const context = contextOf(`hub_token: "${TOKEN}"\nswanlab_token: ${TOKEN}\n`);
  const findings = [...secretInFile.check(context)];
  expect(findings.length).toBe(2);
  const words = JSON.stringify(
    findings.map(({ message, fixes }) => [message, fixes?.map(({ title }) => title)]),
  );
  expect(words).not.toContain(TOKEN);
  const { keeps } = findings[0]?.fixes?.[0] ?? {};
  expect(keeps?.variable).toBe('HUB_TOKEN');
  expect(context.document.text.slice(keeps?.range.start, keeps?.range.end)).toContain(TOKEN);
});

test('references, placeholders and names that only look so are left alone', () => {
  checkRule(secretInFile, `hub_token: \${env:HF_TOKEN}\nENV: {HF_TOKEN: "\${env:HF_TOKEN}"}\n`);
  checkRule(secretInFile, 'api_key: EMPTY\n', undefined, { task: 'deploy' });
  checkRule(secretInFile, 'hub_token:\nmax_new_tokens: 5\nnew_special_tokens: [a]\noutput_dir: hf_models\n');
});
