import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { loadConfig } from '../src/config/load.ts';
import { startDaemon } from '../src/daemon.ts';

function config(probes: { enabled: boolean; interval: string }) {
  const input = { listen: '127.0.0.1:0', root: '/nowhere', probes };
  return loadConfig([{ input, where: () => 'a test' }]);
}

it('takes configurations that come at once one after the other, and leaves nothing at work that is not in the last', async () => {
  const daemon = await startDaemon(config({ enabled: false, interval: '100ms' }), pino({ level: 'silent' }));
  const { probes } = daemon.view.journal;
  await Promise.all(['200ms', '100ms'].map((interval) => daemon.reload(config({ enabled: true, interval }))));
  expect(probes.intervalMs).toBe(100);
  await expect.poll(() => probes.rounds).toBeGreaterThan(0);
  await daemon.reload(config({ enabled: false, interval: '100ms' }));
  // What does not happen has no event: three rounds would have begun by then.
  await sleep(300);
  expect(probes.rounds).toBe(0);
  await daemon.stop();
});
