import { test } from 'vitest';
import { checkRule } from './check-rule.ts';
import { servedToAll } from './served-to-all.ts';

test('a server on all interfaces without a key is a warning', () => {
  checkRule(
    servedToAll,
    'model: a/b\nhost: 0.0.0.0 # want "set an api_key" fix="host: 127.0.0.1"\n',
    'model: a/b\nhost: 127.0.0.1\n',
    { task: 'deploy' },
  );
  checkRule(
    servedToAll,
    'server_name: 0.0.0.0 # want "asks for no key" fix="127.0.0.1"\nshare: true # want "public address" fix="share: false"\n',
    'server_name: 127.0.0.1\nshare: false\n',
    { task: 'app' },
  );
});

test('a key, a loopback address and a host left out are left alone', () => {
  for (const text of [
    'model: a/b\n',
    'host: 127.0.0.1\n',
    `host: 0.0.0.0\napi_key: \${env:API_KEY}\n`,
    `host: \${env:HOST}\n`,
  ])
    checkRule(servedToAll, text, undefined, { task: 'deploy' });
});
