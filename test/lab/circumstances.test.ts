/** The same applications in the circumstances that production puts them in. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { goMinorVersion } from './builds.ts';
import { describeLab } from './lab.ts';
import { WITHOUT_TCP } from './namespace.ts';

const POLL = { timeout: 10_000 };
const TO_CGO = { GODEBUG: 'netdns=cgo+2' };
const TO_GO = { GODEBUG: 'netdns=go+2' };

describeLab('a Go application', ['nocgo', 'glibc'], (lab) => {
  it('recovers when its failures stop', async () => {
    const { log, daemon } = await lab.watch({ thresholds: { failureWindow: '2s' } });
    const status = async () => (await daemon.health()).status;

    await lab.run(log, { build: 'nocgo', args: ['-count=5', 'servfail.test'] });
    await expect.poll(status, POLL).toBe('fail');
    await lab.run(log, { build: 'nocgo', args: ['-count=5', 'ok.test'] });
    await expect.poll(status, POLL).toBe('pass');
  });

  it('comes back with another resolver', async () => {
    const { log, daemon } = await lab.watch();
    const resolver = () => daemon.series('netdns_app_resolver_info');

    await lab.run(log, { build: 'glibc', env: TO_CGO, args: ['ok.test'] });
    await expect.poll(resolver, POLL).toEqual({ 'resolver="cgo",source="trace"': 1 });
    await lab.run(log, { build: 'glibc', env: TO_GO, args: ['ok.test'] });
    await expect.poll(resolver, POLL).toEqual({ 'resolver="go",source="trace"': 1 });
  });

  it('writes to a container runtime that keeps the log in CRI format', async () => {
    const { log, daemon } = await lab.watch();
    const args = ['-how=http', '-form=log,wrapped,joined,json', '-count=4', 'servfail.test'];

    await lab.run(log, { build: 'glibc', env: TO_CGO, framing: 'cri', args });

    await expect
      .poll(() => daemon.series('netdns_app_lookup_errors_total'), POLL)
      .toEqual({ 'resolver="cgo-glibc",reason="try-again"': 4 });
    expect(await daemon.series('netdns_app_lookups_total')).toEqual({ 'order="cgo"': 4 });
  });

  it.each(['America/New_York', 'Asia/Tokyo'])('writes its log in the time of %s', async (zone) => {
    const { log, daemon } = await lab.watch();

    // Go's log package writes local time without a zone.
    await lab.run(log, { build: 'nocgo', env: { TZ: zone }, args: ['-count=3', 'servfail.test'] });

    await expect.poll(async () => (await daemon.health()).status, POLL).toBe('fail');
  });

  it('uses cgo because of its environment', async () => {
    const { log, daemon } = await lab.watch();

    await lab.run(log, { build: 'glibc', env: { LOCALDOMAIN: '' }, args: ['-count=3', 'ok.test'] });

    await expect.poll(() => daemon.series('netdns_app_lookups_total'), POLL).toEqual({ 'order="cgo"': 3 });
  });

  it('is forced to a resolver, and then is not', async () => {
    const { log, daemon } = await lab.watch();
    const forced = async () =>
      (await daemon.health()).findings
        .filter(({ id }) => id === 'resolver-forced')
        .map((found) => found.severity);

    await lab.run(log, { build: 'glibc', env: TO_CGO, args: ['-count=3', 'ok.test'] });
    await expect.poll(forced, POLL).toEqual(['info']);
    await lab.run(log, { build: 'glibc', env: TO_CGO, args: ['-count=3', 'servfail.test'] });
    await expect.poll(forced, POLL).toEqual(['warning']);
    await lab.run(log, { build: 'glibc', args: ['-count=3', 'ok.test'] });
    await expect.poll(forced, POLL).toEqual([]);
    await lab.run(log, { build: 'glibc', env: { LOCALDOMAIN: '' }, args: ['-count=3', 'ok.test'] });
    // libc's failures of before still count.
    await expect.poll(forced, POLL).toEqual(['warning']);
  });

  it('has no trace: its errors alone tell', async () => {
    const { log, daemon } = await lab.watch();

    await lab.run(log, {
      build: 'glibc',
      env: { GODEBUG: 'netdns=cgo' },
      args: ['-count=3', 'servfail.test'],
    });

    await expect
      .poll(() => daemon.series('netdns_app_resolver_info'), POLL)
      .toEqual({ 'resolver="cgo-glibc",source="error"': 1 });
    const { findings } = await daemon.health();
    expect(findings.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['cgo-resolver-failing', 'trace-off']),
    );
  });

  it('gives up before its resolver does', async () => {
    const { log, daemon } = await lab.watch();

    await lab.run(log, { build: 'nocgo', args: ['-how=dial', '-timeout=200ms', '-count=3', 'silence.test'] });

    // `dial tcp: lookup silence.test: i/o timeout` names no server, but the trace says who was asked.
    await expect
      .poll(() => daemon.series('netdns_app_lookup_errors_total'), POLL)
      .toEqual({ 'resolver="go",reason="timeout"': 3 });
  });

  it('has a nameserver that truncates and refuses TCP', async () => {
    const { log, daemon } = await lab.watch();
    const resolvConf = join(lab.directory('etc'), 'resolv.conf');
    writeFileSync(resolvConf, `nameserver ${WITHOUT_TCP}\noptions timeout:1 attempts:1\n`);
    const launcher = [
      'unshare',
      '--mount',
      'sh',
      '-euc',
      'mount --bind "$0" /etc/resolv.conf; exec "$@"',
      resolvConf,
    ];

    await lab.run(log, { build: 'nocgo', launcher, args: ['-count=3', 'truncated.test'] });

    await expect
      .poll(() => daemon.series('netdns_app_lookup_errors_total'), POLL)
      .toEqual({ 'resolver="go",reason="refused-connection"': 3 });
  });

  it('looks addresses up', async () => {
    const { log, daemon } = await lab.watch();

    await lab.run(log, { build: 'nocgo', args: ['-how=addr', '-count=3', '192.0.2.1', '192.0.2.2'] });

    await expect
      .poll(() => daemon.series('netdns_app_lookup_errors_total'), POLL)
      .toEqual({ 'resolver="go",reason="server-failure"': 3 });
  });

  it('shows the version of Go it was built with', async () => {
    const { log, daemon } = await lab.watch();
    const minor = await goMinorVersion();

    await lab.run(log, { build: 'nocgo', args: ['ok.test'] });

    const version = async () => Object.keys(await daemon.series('netdns_app_info')).join();
    await expect.poll(version, POLL).toMatch(/go_version="1\.\d+/);
    const [, min, max] = /go_version="1\.(\d+)(?:-1\.(\d+))?/.exec(await version()) ?? [];
    expect(minor).toBeGreaterThanOrEqual(Number(min));
    expect(minor).toBeLessThanOrEqual(Number(max ?? 99));
  });
});
