import { test } from 'vitest';
import { checkRule } from './check-rule.ts';
import { vllmMode } from './vllm-mode.ts';

const RLHF = { task: 'rlhf' } as const;

test('vLLM and its mode are asked for together', () => {
  checkRule(
    vllmMode,
    'rlhf_type: grpo\nvllm_mode: colocate # want "needs use_vllm" fix="Add use_vllm: true"\n',
    'rlhf_type: grpo\nuse_vllm: true\nvllm_mode: colocate\n',
    RLHF,
  );
  checkRule(
    vllmMode,
    'rlhf_type: gkd\nuse_vllm: true # want "colocate for the devices" fix="Add vllm_mode: colocate"\n',
    'rlhf_type: gkd\nvllm_mode: colocate\nuse_vllm: true\n',
    RLHF,
  );
  checkRule(
    vllmMode,
    'rlhf_type: grpo\nuse_vllm: true # want "a server is named" fix="Add vllm_mode: server"\nvllm_server_host: 10.0.0.1\n',
    undefined,
    RLHF,
  );
});

test('a server needs an address, and generating ahead needs a server', () => {
  checkRule(
    vllmMode,
    'rlhf_type: grpo\nuse_vllm: true\nvllm_mode: server # want "needs the address"\n',
    undefined,
    RLHF,
  );
  checkRule(
    vllmMode,
    'rlhf_type: grpo\nuse_vllm: true\nvllm_mode: colocate\nasync_generate: true # want "needs vllm_mode: server" fix="false"\n',
    'rlhf_type: grpo\nuse_vllm: true\nvllm_mode: colocate\nasync_generate: false\n',
    RLHF,
  );
  checkRule(
    vllmMode,
    `rlhf_type: grpo
use_vllm: true
vllm_mode: server
vllm_server_host: 10.0.0.1
multi_turn_scheduler: chess
async_generate: true # want "multi_turn_scheduler"
`,
    undefined,
    RLHF,
  );
});

test('what is right, and methods that generate nothing, are left alone', () => {
  for (const text of [
    'rlhf_type: grpo\n',
    'rlhf_type: grpo\nuse_vllm: true\nvllm_mode: colocate\n',
    'rlhf_type: grpo\nuse_vllm: true\nvllm_mode: server\nvllm_server_base_url: http://a:8000\nasync_generate: true\n',
    'rlhf_type: dpo\nvllm_mode: colocate\n',
    `rlhf_type: grpo\nuse_vllm: \${env:VLLM}\nvllm_mode: colocate\n`,
  ])
    checkRule(vllmMode, text, undefined, RLHF);
});
