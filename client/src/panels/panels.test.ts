import { describe, expect, it } from 'vitest';
import type { RunAppended } from '../../../protocol/src/bridge.ts';
import { newsOf, type Told } from './appended.ts';
import { addressOf } from './dashboards.ts';
import { page } from './page.ts';

describe('the page', () => {
  const html = page({
    title: '<script>alert(1)</script>',
    language: 'en',
    rootId: 'dashboard',
    scriptUri: 'vscode-resource://dashboard.js',
    styleUri: 'vscode-resource://dashboard.css',
    cspSource: 'vscode-resource:',
    nonce: 'n0nce',
  });

  it('allows the one script by its nonce and nothing else', () => {
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1];
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'nonce-n0nce'");
    expect(policy).not.toContain('unsafe-eval');
    expect(html.match(/<script/g)).toHaveLength(1);
  });

  it("keeps a run's name from becoming markup", () => {
    expect(html).toContain('<title>&lt;script&gt;');
  });
});

describe('what a dashboard is told after its opening message', () => {
  const told: Told = {
    lastSteps: new Map([
      ['loss', 10],
      ['eval_loss', 8],
    ]),
    logEndOffset: 100,
  };
  const appended = (changes: Partial<RunAppended>): RunAppended => ({
    root: '/r',
    runId: 'a',
    points: [],
    ...changes,
  });

  it('leaves out points that the opening message held', () => {
    const points = [
      { step: 10, values: { loss: 1 } },
      { step: 11, values: { loss: 0.9 } },
    ];
    expect(newsOf(appended({ points }), told)?.points).toEqual([{ step: 11, values: { loss: 0.9 } }]);
  });

  it('judges each series of a point by itself', () => {
    const points = [{ step: 10, values: { loss: 1, eval_loss: 1.2, learning_rate: 0.1 } }];
    expect(newsOf(appended({ points }), told)?.points).toEqual([
      { step: 10, values: { eval_loss: 1.2, learning_rate: 0.1 } },
    ]);
  });

  it('cuts a piece of log where the opening message ended', () => {
    const log = { text: 'äbc', startOffset: 98, endOffset: 102, sizeBytes: 102 };
    expect(newsOf(appended({ log }), told)?.log).toEqual({ ...log, text: 'bc', startOffset: 100 });
    const old = { text: 'ab', startOffset: 98, endOffset: 100, sizeBytes: 102 };
    expect(newsOf(appended({ log: old }), told)).toBeUndefined();
  });
});

describe('the state of a page from before a reload', () => {
  it('leads back to its run', () => {
    const state = { tab: 'log', runId: 'r1', runDirectory: '/w/.tunewright/runs/r1' };
    expect(addressOf(state)).toEqual({ root: '/w/.tunewright/runs', runId: 'r1', title: 'r1' });
  });
  it.each([[undefined], [null], [{}], [{ runId: 1, runDirectory: '/x' }]])(
    'is nothing where it is %j',
    (state) => {
      expect(addressOf(state)).toBeUndefined();
    },
  );
});
