/** Sockets whose buffer is full, so that the kernel throws away what comes: a DNS client's, and a server's that is none. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, it } from 'vitest';
import { compileSockets } from './builds.ts';
import { startProgram } from './program.ts';
import { describeInLab } from './requirements.ts';
import { openSwitchableLab } from './switchable-lab.ts';

const SET_UP_MS = 300_000;
const TIMEOUT_MS = 60_000;
/** The kernel is looked at every two seconds. */
const POLL = { timeout: 20_000, interval: 300 };
const SENT = 100;

const CASES = [
  { who: 'a DNS client', mode: 'unread', address: '127.0.0.53:53', severity: 'warning' },
  { who: 'a server of something else', mode: 'deaf', address: '127.0.0.1:8125', severity: 'info' },
] as const;

/** RcvbufErrors of a process's network namespace. */
function rcvbufErrors(pid: number): number {
  const lines = readFileSync(`/proc/${pid}/net/snmp`, 'utf8').split('\n');
  const [names, values] = lines.filter((line) => line.startsWith('Udp: ')).map((line) => line.split(' '));
  return Number(values?.[names?.indexOf('RcvbufErrors') ?? -1]);
}

describeInLab('datagrams dropped', () => {
  let sockets = '';
  beforeAll(async () => {
    sockets = await compileSockets();
  }, SET_UP_MS);

  it.concurrent.for(CASES)(
    'by the socket of $who',
    { timeout: TIMEOUT_MS },
    async ({ mode, address, severity }, { expect }) => {
      const lab = await openSwitchableLab(join(import.meta.dirname, 'server-behaviours.ts'));
      try {
        await lab.switchTo({ '127.0.0.53': 'ok' });
        const daemon = await lab.startDaemon({
          name: 'pod',
          resolvConf: 'nameserver 127.0.0.53\n',
          thresholds: { failureWindow: '8s' },
        });
        const found = async () =>
          (await daemon.health()).findings.find(({ id }) => id === 'udp-receive-drops');
        await expect.poll(() => daemon.series('netdns_udp_source_ports_limit'), POLL).not.toEqual({});
        expect(await found()).toBeUndefined();

        const program = startProgram([sockets, mode, address, `${SENT}`], lab.namespace);
        expect(await program.said).toBe('done');
        await expect.poll(() => rcvbufErrors(lab.namespace.pid)).toBeGreaterThan(SENT / 2);

        const evidence = async () => (await found())?.evidence.join('\n');
        const dropped = rcvbufErrors(lab.namespace.pid);
        const whose = new RegExp(`\\(uid \\d+.*\\), dropped ${dropped} since`);
        await expect.poll(evidence, POLL).toMatch(whose);
        expect((await found())?.severity).toBe(severity);
        const ofSockets = await daemon.series('netdns_udp_receive_drops_total');
        expect(ofSockets).toEqual({ '': dropped });
        expect(await daemon.series('netdns_udp_errors_total')).toMatchObject({ 'kind="rcvbuf"': dropped });

        await program.end();
        await expect.poll(found, POLL).toBeUndefined();
      } finally {
        await lab.close();
      }
    },
  );
});
