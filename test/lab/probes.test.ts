/** The daemon in a pod of its own: a network namespace with a scripted nameserver that its resolv.conf names. */

import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Daemon, startDaemon } from './daemon.ts';
import { createNamespace, type Namespace } from './namespace.ts';
import { describeInLab } from './requirements.ts';

const POLL = { timeout: 15_000, interval: 200 };

/** Fetches from inside: the namespace's loopback is not ours. */
const FETCH =
  'fetch(process.argv[1]).then(async (r) => console.log(JSON.stringify({ status: r.status, body: await r.text() })))';

describeInLab('probes', () => {
  const directory = mkdtempSync(join(tmpdir(), 'netdns-probes-'));
  let namespace: Namespace;
  let daemon: Daemon;

  beforeAll(async () => {
    namespace = await createNamespace(directory);
    const log = join(directory, 'app.log');
    writeFileSync(log, 'lookup v4only.test on 127.0.0.53:53: no such host\nlookup 192.0.2.1: no such host\n');
    const probes = {
      interval: '300ms',
      budget: 200,
      models: ['go', 'glibc', 'musl', 'nslookup'],
      targets: [
        { name: 'ok.test' },
        { name: 'aaaa-servfail.test' },
        { name: 'gone.example', expect: 'not-found' },
      ],
    };
    daemon = await startDaemon(
      directory,
      { logs: [{ file: log }], probes },
      {
        spawn: namespace.spawn,
        async read(url) {
          const env = { PATH: process.env.PATH };
          const child = namespace.spawn([process.execPath, '-e', FETCH, url], {
            env,
            stdio: ['ignore', 'pipe', 'inherit'],
          });
          const exited = once(child, 'exit');
          const output = child.stdout ? await text(child.stdout) : '';
          await exited;
          return JSON.parse(output);
        },
      },
    );
  }, 30_000);
  afterAll(async () => {
    await daemon?.stop();
    await namespace?.close();
    rmSync(directory, { recursive: true });
  });

  const value = async (metric: string, labels: string) => (await daemon.series(metric))[labels];

  it('look targets up as each resolver does, and names of the log', async () => {
    const metric = 'netdns_probe_lookups_total';
    for (const labels of [
      'target="ok.test",model="go-1.27",outcome="ok"',
      'target="ok.test",model="nslookup",outcome="ok"',
      'target="aaaa-servfail.test",model="glibc-2.43",outcome="ok"',
      'target="aaaa-servfail.test",model="musl-1.2.6",outcome="try-again"',
      'target="aaaa-servfail.test",model="nslookup",outcome="ok"',
      'target="gone.example",model="go-1.27",outcome="not-found"',
      'target="v4only.test",model="musl-1.2.6",outcome="ok"',
    ])
      await expect.poll(() => value(metric, labels), { ...POLL, message: labels }).toBeGreaterThan(0);
    const lookups = Object.keys(await daemon.series(metric)).join();
    expect(lookups).not.toContain('192.0.2.1');
    await expect
      .poll(() => daemon.series('netdns_probe_models_disagree'), POLL)
      .toEqual({ 'target="aaaa-servfail.test"': 1 });
    expect(await value('netdns_watcher_up', 'watcher="probes"')).toBe(1);
  });

  it('tell in buckets how long they took', async () => {
    const labels = 'target="ok.test",model="go-1.27"';
    const count = (await value('netdns_probe_lookup_duration_seconds_count', labels)) ?? 0;
    expect(count).toBeGreaterThan(0);
    const bucket = 'netdns_probe_lookup_duration_seconds_bucket';
    expect(await value(bucket, `le="+Inf",${labels}`)).toBeGreaterThanOrEqual(count);
    expect(await value(bucket, `le="2.4",${labels}`)).toBeGreaterThanOrEqual(count);
  });

  it('check every nameserver over UDP and TCP, and pairs', async () => {
    for (const proto of ['udp', 'tcp']) {
      const labels = `server="127.0.0.53:53",proto="${proto}",type="A",rcode="NOERROR"`;
      await expect.poll(() => value('netdns_probe_queries_total', labels), POLL).toBeGreaterThan(1);
    }
    expect(await daemon.series('netdns_probe_pairs_half_lost_total')).toEqual({});
  });

  it('keep the transcripts of what failed', async () => {
    await expect
      .poll(() => daemon.json('/probes'), POLL)
      .toMatchObject({
        failing: expect.arrayContaining([
          expect.objectContaining({
            target: 'aaaa-servfail.test',
            model: 'musl-1.2.6',
            outcome: 'try-again',
            error: 'Try again',
            queries: expect.arrayContaining([
              expect.objectContaining({
                type: 'AAAA',
                server: '127.0.0.53:53',
                reply: expect.objectContaining({ rcode: 'SERVFAIL' }),
              }),
            ]),
          }),
        ]),
        servers: [
          {
            server: '127.0.0.53:53',
            checks: [
              { proto: 'udp' },
              { proto: 'udp', edns: true },
              { proto: 'tcp' },
              { proto: 'tcp', edns: true },
            ],
            pair: { onePort: 'none', twoPorts: 'none' },
          },
        ],
        files: { resolvConf: { state: 'ok' }, dialects: [{ nameservers: ['127.0.0.53:53'] }, {}, {}] },
      });
  });
});
