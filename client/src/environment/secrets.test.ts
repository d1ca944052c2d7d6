import { expect, it } from 'vitest';
import { secretNames } from './secrets.ts';

it('finds every name that a config asks for, once', () => {
  const text = [
    `hub_token: \${env:HUB_TOKEN}`,
    `lab: "\${env:LAB}"`,
    `note: \${env:HUB_TOKEN} \${HOME} \${env:}`,
  ].join('\n');
  expect(secretNames(text)).toEqual(['HUB_TOKEN', 'LAB']);
});
