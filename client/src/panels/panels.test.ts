import { describe, expect, it } from 'vitest';
import type { RunAppended } from '../../../protocol/src/bridge.ts';
import { newsOf } from './appended.ts';
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
    expect(policy).not.toContain('unsafe');
    expect(html.match(/<script/g)).toHaveLength(1);
  });

  it("keeps a run's name from becoming markup", () => {
    expect(html).toContain('<title>&lt;script&gt;');
  });
});

describe('what a dashboard is told after its opening message', () => {
  const appended = (changes: Partial<RunAppended>): RunAppended => ({
    root: '/r',
    runId: 'a',
    points: [],
    ...changes,
  });

  it("keeps no point back: a step that was seen may be a later attempt's", () => {
    const points = [{ step: 10, values: { loss: 1 } }];
    expect(newsOf(appended({ points }), 100)).toEqual({ points });
  });

  it('cuts a piece of log where the opening message ended', () => {
    const log = { text: 'äbc', startOffset: 98, endOffset: 102, sizeBytes: 102 };
    expect(newsOf(appended({ log }), 100)?.log).toEqual({ ...log, text: 'bc', startOffset: 100 });
    const old = { text: 'ab', startOffset: 98, endOffset: 100, sizeBytes: 102 };
    expect(newsOf(appended({ log: old }), 100)).toBeUndefined();
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
