import { expect, it } from 'vitest';
import { RestartPolicy } from './restart-policy.ts';

const limits = { maxRestarts: 3, windowMs: 60_000, firstDelayMs: 100, maxDelayMs: 250 };

it('waits longer each time, up to a bound, then gives up', () => {
  const policy = new RestartPolicy(limits, () => 0);
  expect([1, 2, 3, 4].map(() => policy.delayAfterEndMs())).toEqual([100, 200, 250, undefined]);
});

it('forgets what is long past', () => {
  let nowMs = 0;
  const policy = new RestartPolicy(limits, () => nowMs);
  for (let ending = 0; ending < 3; ending += 1) policy.delayAfterEndMs();
  nowMs = 61_000;
  expect(policy.delayAfterEndMs()).toBe(100);
});

it('starts afresh where somebody asks for it', () => {
  const policy = new RestartPolicy(limits, () => 0);
  for (let ending = 0; ending < 4; ending += 1) policy.delayAfterEndMs();
  policy.forgive();
  expect(policy.delayAfterEndMs()).toBe(100);
});
