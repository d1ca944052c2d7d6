import { expect, it } from 'vitest';
import { silentLog, TableBridge } from '../../../test/vscode/table-bridge.ts';
import { RunFollower } from './follower.ts';

const RUN = { root: '/w', runId: 'a' };

function following() {
  const bridge = new TableBridge({ 'runs/follow': () => ({}), 'runs/unfollow': () => ({}) });
  return {
    bridge,
    follower: new RunFollower(bridge, silentLog),
    told: () => bridge.asked.map(({ method }) => method),
  };
}

it('tells the bridge once for a log and a dashboard of the same run, and ends with the last of them', async () => {
  const { follower, told } = following();
  const dashboard = follower.follow(RUN);
  const log = follower.follow(RUN);
  await follower.begun(RUN);
  dashboard.dispose();
  dashboard.dispose();
  expect(told()).toEqual(['runs/follow']);
  log.dispose();
  expect(told()).toEqual(['runs/follow', 'runs/unfollow']);
});

it('follows again after the bridge was started anew', async () => {
  const { bridge, follower, told } = following();
  follower.follow(RUN);
  bridge.start();
  await follower.begun(RUN);
  expect(told()).toEqual(['runs/follow', 'runs/follow']);
});

it('says where a run cannot be followed', async () => {
  const follower = new RunFollower(new TableBridge(), silentLog);
  follower.follow(RUN);
  await expect(follower.begun(RUN)).rejects.toThrow('runs/follow');
});
