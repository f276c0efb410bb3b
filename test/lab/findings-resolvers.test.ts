/** What musl, glibc and resolv.conf do to lookups: found by the daemon, gone when it is mended, and met by real programs. */

import { once } from 'node:events';
import { utimesSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, type ExpectStatic, it } from 'vitest';
import { parseLookups, type RealProgram, realPrograms } from './addresses.ts';
import type { Daemon, Finding } from './daemon.ts';
import { describeInLab } from './requirements.ts';
import type { behaviours } from './resolver-behaviours.ts';
import { openSwitchableLab, type SwitchableLab } from './switchable-lab.ts';

const BEHAVIOURS = new URL('resolver-behaviours.ts', import.meta.url).pathname;
const POLL = { timeout: 90_000, interval: 250 };
const TEST_TIMEOUT_MS = 150_000;
/** Rounds follow each other closely, and wait for no budget. */
const PROBES = { interval: '300ms', budget: 1_000 };

describeInLab('findings on resolvers', () => {
  let lab: SwitchableLab<keyof typeof behaviours>;
  let programs: Record<'glibc' | 'musl', RealProgram>;

  beforeAll(async () => {
    programs = await realPrograms();
    lab = await openSwitchableLab(BEHAVIOURS);
  }, 300_000);
  afterAll(() => lab?.close());

  const start = (name: string, resolvConf: string, models: readonly string[], targets: readonly string[]) =>
    lab.startDaemon({
      name,
      resolvConf,
      probes: { ...PROBES, models, targets: targets.map((target) => ({ name: target })) },
    });

  /** Waits until findings are open, or closed again. A test that runs beside others has an `expect` of its own. */
  const watch = (daemon: Daemon, expect: ExpectStatic) => ({
    async opened(id: string): Promise<Finding> {
      const find = async () => (await daemon.health()).findings.find((each) => each.id === id);
      let finding: Finding | undefined;
      const look = async () => {
        finding = await find();
        return finding;
      };
      await expect.poll(look, { ...POLL, message: `${id} opens` }).toBeDefined();
      if (!finding) throw new Error(`${id} is not open`);
      return finding;
    },
    async closed(...ids: string[]): Promise<void> {
      const open = async () => (await daemon.health()).findings.map(({ id }) => id);
      const left = async () => (await open()).filter((id) => ids.includes(id));
      await expect.poll(left, { ...POLL, message: `${ids.join(', ')} close` }).toEqual([]);
    },
  });

  /** What a real program with this resolv.conf finds, or its exit: `status 124` where it had to be stopped. */
  async function real(
    libc: 'glibc' | 'musl',
    resolvConf: string,
    name: string,
    seconds = 20,
  ): Promise<string> {
    const file = lab.writeFile(`real-${libc}-${name}`, 'resolv.conf', resolvConf);
    const script = 'mount --bind "$0" /etc/resolv.conf; exec timeout "$@"';
    const command = [
      'unshare',
      '--mount',
      'sh',
      '-euc',
      script,
      file,
      `${seconds}`,
      programs[libc].program,
      'unspec',
      'go',
      name,
    ];
    const child = lab.namespace.spawn(command, {
      env: { PATH: process.env.PATH },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(child, 'exit');
    const output = child.stdout ? await text(child.stdout) : '';
    const [status, signal] = await exited;
    const [lookup] = parseLookups(output);
    return status === 0 && lookup ? lookup.outcome : `status ${status ?? signal}`;
  }

  it.concurrent('glibc hangs on TCP', { timeout: TEST_TIMEOUT_MS }, async ({ expect }) => {
    const conf = 'nameserver 127.2.5.1\n';
    await lab.switchTo({ '127.2.5.1': 'truncatedAndTcpDropped' });
    const daemon = await start('glibc-tcp', conf, ['glibc', 'nslookup'], ['api.test']);
    const on = watch(daemon, expect);
    expect(await real('glibc', conf, 'api.test', 15)).toBe('status 124');
    const hang = await on.opened('glibc-tcp-hang');
    expect(hang).toMatchObject({ severity: 'critical', subject: 'api.test' });
    await lab.switchTo({ '127.2.5.1': 'found' });
    await on.closed('glibc-tcp-hang');
  });

  it.concurrent('glibc and half of a pair', { timeout: TEST_TIMEOUT_MS }, async ({ expect }) => {
    const conf = 'nameserver 127.2.7.1\noptions timeout:1\n';
    await lab.switchTo({ '127.2.7.1': 'oneTypeAPort' });
    const daemon = await start('glibc-pair', conf, ['glibc', 'nslookup'], ['api.test']);
    const on = watch(daemon, expect);
    const pair = await on.opened('glibc-pair-fallback');
    expect(pair).toMatchObject({ severity: 'warning', subject: '127.2.7.1:53' });
    expect(pair.evidence.join()).toMatch(/from one port lost half/);
    await lab.switchTo({ '127.2.7.1': 'found' });
    await on.closed('glibc-pair-fallback');
  });

  it.concurrent('musl: one half, a search that stops, too many addresses', {
    timeout: TEST_TIMEOUT_MS,
  }, async ({ expect }) => {
    const conf = 'nameserver 127.2.1.1\nsearch one.test\noptions ndots:5 timeout:1\n';
    await lab.switchTo({ '127.2.1.1': 'muslBroken' });
    const daemon = await start(
      'musl',
      conf,
      ['musl-1.2.6', 'glibc'],
      ['nx.test.', 'many.test.', 'short.test'],
    );
    const on = watch(daemon, expect);

    const both = await on.opened('musl-needs-both-families');
    expect(both).toMatchObject({ severity: 'critical', subject: 'nx.test.' });
    expect(both.evidence.join()).toContain('AAAA NXDOMAIN from 127.2.1.1:53');
    expect(await on.opened('musl-search-stops')).toMatchObject({
      severity: 'critical',
      subject: 'short.test',
    });
    expect(await on.opened('musl-address-limit')).toMatchObject({
      severity: 'warning',
      subject: 'many.test.',
    });
    expect(await real('musl', conf, 'nx.test.')).toBe('not-found');
    expect(await real('glibc', conf, 'nx.test.')).toBe('ok');
    expect(await real('musl', conf, 'short.test')).toMatch(/^(?:not-found|no-data)$/);
    expect(await real('glibc', conf, 'short.test')).toBe('ok');

    await lab.switchTo({ '127.2.1.1': 'muslMended' });
    await on.closed('musl-needs-both-families', 'musl-search-stops', 'musl-address-limit');
  });

  it.concurrent('musl without TCP', { timeout: TEST_TIMEOUT_MS }, async ({ expect }) => {
    const conf = 'nameserver 127.2.2.1\n';
    await lab.switchTo({ '127.2.2.1': 'truncated' });
    const daemon = await start('musl-tcp', conf, ['musl-1.2.3', 'nslookup'], ['api.test']);
    const on = watch(daemon, expect);
    expect(await on.opened('musl-truncated-no-tcp')).toMatchObject({ severity: 'critical' });
    expect(await real('glibc', conf, 'api.test')).toBe('ok');
    await lab.switchTo({ '127.2.2.1': 'found' });
    await on.closed('musl-truncated-no-tcp');
  });

  it.concurrent('musl and nameservers that disagree', { timeout: TEST_TIMEOUT_MS }, async ({ expect }) => {
    const conf = 'nameserver 127.2.3.1\nnameserver 127.2.3.2\n';
    await lab.switchTo({ '127.2.3.1': 'foundLate', '127.2.3.2': 'missing' });
    const daemon = await start('musl-fastest', conf, ['musl', 'nslookup'], ['api.test']);
    const on = watch(daemon, expect);
    expect(await on.opened('musl-fastest-answer-wins')).toMatchObject({ severity: 'critical' });
    expect(await real('musl', conf, 'api.test')).toBe('not-found');
    expect(await real('glibc', conf, 'api.test')).toBe('ok');
    await lab.switchTo({ '127.2.3.2': 'found' });
    await on.closed('musl-fastest-answer-wins');
  });

  it.concurrent('musl and a resolv.conf it cannot bear', { timeout: TEST_TIMEOUT_MS }, async ({ expect }) => {
    const good = 'nameserver 127.2.4.1\nsearch d0.abcdefghijabcdefghijabcdefghijabcdefghij.test\n';
    const long = `nameserver 127.2.4.1\nsearch ${Array.from({ length: 6 }, (_, index) => `d${index}.abcdefghijabcdefghijabcdefghijabcdefghij.test`).join(' ')}\n`;
    await lab.switchTo({ '127.2.4.1': 'short' });
    const daemon = await start('musl-conf', `${good}options attempts:0\n`, ['musl', 'glibc'], ['web']);
    const on = watch(daemon, expect);
    expect(await on.opened('musl-fatal-option')).toMatchObject({ severity: 'critical' });
    expect(await real('musl', `${good}options attempts:0\n`, 'web')).toMatch(/^status (?:136|SIGFPE)$/);
    lab.writeFile('musl-conf', 'etc/resolv.conf', long);
    expect(await on.opened('musl-search-ignored')).toMatchObject({ severity: 'critical' });
    await on.closed('musl-fatal-option');
    expect(await real('musl', long, 'web')).toBe('not-found');
    expect(await real('glibc', long, 'web')).toBe('ok');
    lab.writeFile('musl-conf', 'etc/resolv.conf', ` nameserver 127.2.4.9\n${good}`);
    expect(await on.opened('resolv-conf-ignored-lines')).toMatchObject({ severity: 'warning' });
    lab.writeFile('musl-conf', 'etc/resolv.conf', good);
    await on.closed('musl-search-ignored', 'resolv-conf-ignored-lines');
  });

  it.concurrent('glibc takes FORMERR for an answer, and wants CNAMEs first', {
    timeout: TEST_TIMEOUT_MS,
  }, async ({ expect }) => {
    const conf = 'nameserver 127.2.6.1\nnameserver 127.2.6.2\noptions edns0\n';
    await lab.switchTo({ '127.2.6.1': 'formerr', '127.2.6.2': 'found' });
    const daemon = await start('glibc-answers', conf, ['glibc', 'nslookup'], ['api.test']);
    const on = watch(daemon, expect);
    expect(await on.opened('glibc-formerr-final')).toMatchObject({ severity: 'critical' });
    expect(await real('glibc', conf, 'api.test')).toBe('not-found');
    await lab.switchTo({ '127.2.6.1': 'aliasLast' });
    expect(await on.opened('glibc-cname-order')).toMatchObject({ severity: 'critical' });
    await on.closed('glibc-formerr-final');
    expect(await real('glibc', conf, 'api.test')).toBe('not-found');
    await lab.switchTo({ '127.2.6.1': 'aliasFirst' });
    await on.closed('glibc-cname-order');
    expect(await real('glibc', conf, 'api.test')).toBe('ok');
  });

  it.concurrent('ndots, a search domain that swallows', { timeout: TEST_TIMEOUT_MS }, async ({ expect }) => {
    const conf = 'nameserver 127.2.8.1\nsearch a.corp.test corp.test\noptions ndots:5\n';
    await lab.switchTo({ '127.2.8.1': 'absolute' });
    const daemon = await start('search', conf, ['go', 'nslookup'], ['api.example.com']);
    const on = watch(daemon, expect);
    expect(await on.opened('ndots-amplification')).toMatchObject({ severity: 'info' });
    await lab.switchTo({ '127.2.8.1': 'wildcard' });
    expect(await on.opened('search-list-risky')).toMatchObject({
      severity: 'warning',
      subject: 'corp.test',
    });
    await on.closed('ndots-amplification');
    lab.writeFile('search', 'etc/resolv.conf', 'nameserver 127.2.8.1\n');
    await on.closed('search-list-risky');
  });

  it.concurrent('an application that keeps to the old nameserver', { timeout: TEST_TIMEOUT_MS }, async ({
    expect,
  }) => {
    await lab.switchTo({ '127.2.9.1': 'found', '127.2.9.2': 'found' });
    const line = (secondsAgo: number) =>
      `${new Date(Date.now() - secondsAgo * 1_000).toISOString()} lookup api.test on 127.2.9.1:53: read udp 127.0.0.1:40000->127.2.9.1:53: i/o timeout\n`;
    const daemon = await lab.startDaemon({
      name: 'stale',
      resolvConf: 'nameserver 127.2.9.2\n',
      log: line(290) + line(1),
      probes: { ...PROBES, models: ['app'] },
      thresholds: { failureWindow: '20s' },
    });
    const on = watch(daemon, expect);
    const file = lab.writeFile('stale', 'etc/resolv.conf', 'nameserver 127.2.9.2\n# written anew\n');
    const written = Date.now() / 1_000 - 120;
    utimesSync(file, written, written);
    const stale = await on.opened('resolv-conf-stale');
    expect(stale).toMatchObject({ severity: 'critical', subject: '/etc/resolv.conf' });
    expect(stale.evidence.join()).toContain('resolv.conf names 127.2.9.2:53');
    await on.closed('resolv-conf-stale');
  });
});
