/** The built language server on the 60-key config: completion and findings, as an editor waits for them. */
import { LanguageClient } from '../harness/language-client.ts';
import { LONG_CONFIG } from './config.ts';
import { type Spread, spread } from './figures.ts';

const ROUNDS = 120;
const WARM_UP_ROUNDS = 20;
const CONFIG_URI = 'file:///bench/bench.sft.yaml';

export async function measureServer(): Promise<{ completionMs: Spread; diagnosticsMs: Spread }> {
  const client = await LanguageClient.open();
  try {
    await client.openDocument(CONFIG_URI, LONG_CONFIG);
    const lines = LONG_CONFIG.split('\n');
    const completionMs: number[] = [];
    const diagnosticsMs: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      // Each round is a key stroke: on one line a key loses its end, or a value does.
      const line = (round * 7) % LONG_CONFIG.trimEnd().split('\n').length;
      const written = lines[line] ?? '';
      const typed = round % 2 === 0 ? written.slice(0, 3) : written.slice(0, written.indexOf(':') + 2);
      const text = lines.with(line, typed).join('\n');
      const changedAtMs = performance.now();
      const found = client.changeDocument(CONFIG_URI, round + 2, text).then(() => performance.now());
      const items = client
        .complete(CONFIG_URI, { line, character: typed.length })
        .then(() => performance.now());
      const completedAtMs = await items;
      const foundAtMs = await found;
      if (round < WARM_UP_ROUNDS) continue;
      completionMs.push(completedAtMs - changedAtMs);
      diagnosticsMs.push(foundAtMs - changedAtMs);
    }
    return { completionMs: spread(completionMs), diagnosticsMs: spread(diagnosticsMs) };
  } finally {
    await client.close();
  }
}
