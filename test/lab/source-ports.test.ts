/** An application that leaks source ports, slowly, until nobody's lookup has one; and what the daemon says of it all along. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, it } from 'vitest';
import { compile, compileSockets } from './builds.ts';
import type { Daemon, Finding } from './daemon.ts';
import { startProgram } from './program.ts';
import { describeInLab } from './requirements.ts';
import { openSwitchableLab } from './switchable-lab.ts';

const SET_UP_MS = 300_000;
const TIMEOUT_MS = 120_000;
/** The kernel is looked at every two seconds. */
const POLL = { timeout: 30_000, interval: 300 };
const LEAK_OVER_S = 20;
const WINDOW = '8s';

/** A client of statsd that is made anew for each request; nobody need listen. */
const LEAK_TO = '127.0.0.1:8125';
const NEAR = 'source-ports-near-exhaustion';
const EXHAUSTED = 'source-ports-exhausted';

/** What each application logs, by its resolver. */
const APPS = [
  {
    build: 'nocgo',
    godebug: 'netdns=2',
    text: 'dial udp 127.0.0.53:53: connect: resource temporarily unavailable',
  },
  { build: 'glibc', godebug: 'netdns=cgo+2', text: 'Temporary failure in name resolution' },
  { build: 'musl', godebug: 'netdns=cgo+2', text: 'lookup ok.test: address already in use' },
] as const;

const RANGES = [
  { usable: 10, range: '40000 40009', reserved: '' },
  { usable: 1_000, range: '40000 41009', reserved: '40100-40108,40500' },
];

async function findingsOf(daemon: Daemon, id: string): Promise<Finding[]> {
  return (await daemon.health()).findings.filter((finding) => finding.id === id);
}

async function gaugeOf(daemon: Daemon, metric: string): Promise<number> {
  return (await daemon.series(metric))[''] ?? 0;
}

describeInLab('source ports', () => {
  const programs = new Map<string, string>();
  beforeAll(async () => {
    for (const { build } of APPS) programs.set(build, await compile(build));
    programs.set('sockets', await compileSockets());
  }, SET_UP_MS);
  const program = (name: string) => programs.get(name) ?? '';

  it.concurrent.for(RANGES)(
    'of a range of $usable run out, and come back',
    { timeout: TIMEOUT_MS },
    async ({ usable, range, reserved }, { expect }) => {
      const lab = await openSwitchableLab(join(import.meta.dirname, 'server-behaviours.ts'), {
        setUp: `
          echo ${range} >/proc/sys/net/ipv4/ip_local_port_range
          echo "${reserved}" >/proc/sys/net/ipv4/ip_local_reserved_ports`,
      });
      try {
        await lab.switchTo({ '127.0.0.53': 'ok' });
        const daemon = await lab.startDaemon({
          name: 'pod',
          resolvConf: 'nameserver 127.0.0.53\n',
          thresholds: { failureWindow: WINDOW },
        });
        const ratio = () => gaugeOf(daemon, 'netdns_udp_source_ports_used_ratio');
        await expect.poll(() => gaugeOf(daemon, 'netdns_udp_source_ports_limit'), POLL).toBe(usable);
        expect(await ratio()).toBe(0);

        const leak = startProgram(
          [program('sockets'), 'leak', LEAK_TO, `${usable + 1}`, `${LEAK_OVER_S}s`],
          lab.namespace,
        );
        const ratios: number[] = [];
        const warned = async () => {
          ratios.push(await ratio());
          return (await findingsOf(daemon, NEAR))[0]?.evidence.join('\n');
        };
        await expect.poll(warned, POLL).toMatch(/it grows by .* a second: full in about /);
        expect(ratios.at(-1)).toBeLessThan(1);

        expect(await leak.said).toContain(`${LEAK_TO}: connect: resource temporarily unavailable`);
        await expect.poll(ratio, POLL).toBe(1);
        expect(await gaugeOf(daemon, 'netdns_udp_source_ports_used')).toBe(usable);
        for (const { build, godebug, text } of APPS) {
          const command = [program(build), '-count=2', 'ok.test'];
          await lab.run('pod', `${build}.log`, command, { GODEBUG: godebug });
          expect(readFileSync(lab.pathOf('pod', `${build}.log`), 'utf8')).toContain(text);
        }

        const evidence = async () => (await findingsOf(daemon, EXHAUSTED))[0]?.evidence.join('\n');
        for (const { text } of APPS) await expect.poll(evidence, POLL).toContain(text);
        expect(await findingsOf(daemon, EXHAUSTED)).toEqual([
          expect.objectContaining({ severity: 'critical', subject: "this pod's network namespace" }),
        ]);
        expect(await findingsOf(daemon, NEAR)).toEqual([]);
        expect(await evidence()).toMatch(/uid \d+ has [\d,]+ towards port 8125/);

        expect(ratios).toEqual(ratios.toSorted((a, b) => a - b));
        expect(new Set(ratios).size).toBeGreaterThanOrEqual(4);

        await leak.end();
        await expect.poll(ratio, POLL).toBe(0);
        const bad = async () =>
          (await daemon.health()).findings.filter(({ severity }) => severity === 'critical');
        await expect.poll(bad, POLL).toEqual([]);
        await expect.poll(() => findingsOf(daemon, NEAR), POLL).toEqual([]);
      } finally {
        await lab.close();
      }
    },
  );
});
