import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type DaemonProcess,
  get,
  health,
  killAll,
  metric,
  startDaemonProcess,
  until,
} from './daemon-process.ts';

const directory = mkdtempSync(join(tmpdir(), 'netdns-bad-'));
chmodSync(directory, 0o755);
const file = join(directory, 'app.log');
const MAX_LINE = 65_536;
let daemon: DaemonProcess;

const lost = () => metric(daemon.url, `netdns_log_lost_bytes_total{source="${file}"}`);
const errors = (labels: string) => metric(daemon.url, `netdns_app_lookup_errors_total{${labels}}`);
const lines = () => metric(daemon.url, `netdns_log_lines_total{source="${file}"}`);
const residentMiB = () =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${daemon.child.pid}/status`, 'utf8'))?.[1]) / 1024;

beforeAll(async () => {
  writeFileSync(file, '');
  daemon = await startDaemonProcess(['--log', file]);
});
afterAll(() => {
  killAll();
  rmSync(directory, { recursive: true, force: true });
});

describe('the daemon goes on, loses no other line, and stays small', () => {
  it('through binary noise, invalid UTF-8 and half a JSON object', async () => {
    appendFileSync(file, Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7919 + (i >> 3)) % 256)));
    appendFileSync(file, Buffer.from([0x0a, 0xff, 0xfe, 0xc3, 0x28, 0x0a]));
    appendFileSync(file, '{"error":"lookup half.json: Try again\n');
    await until(() => errors('resolver="cgo-musl",reason="try-again"'), 1);
  });

  it('through a line of 100 MB: what is past its first 64 KiB is counted, the next line is whole', async () => {
    const [before, rss] = [await lost(), residentMiB()];
    for (let i = 0; i < 100; i++) appendFileSync(file, Buffer.alloc(1_000_000, 'x'));
    appendFileSync(file, '\nlookup after.it: Temporary failure in name resolution\n');
    await until(() => errors('resolver="cgo-glibc",reason="try-again"'), 1);
    expect((await lost()) - before).toBe(100_000_000 - MAX_LINE);
    expect(residentMiB() - rss).toBeLessThan(30);
  });

  it('through CRI parts that never end', async () => {
    const [rss, seen] = [residentMiB(), await lines()];
    const part = `2026-11-23T10:00:00.1Z stdout P ${'y'.repeat(16_000)}\n`;
    for (let i = 0; i < 40; i++) appendFileSync(file, part.repeat(100));
    await until(lines, seen + 4_000);
    // Another stream of the same container is not held up, and the daemon has not kept the 64 MB.
    appendFileSync(file, `${new Date().toISOString()} stderr F lookup cri: Name does not resolve\n`);
    await until(() => errors('resolver="cgo-musl",reason="not-found"'), 1);
    expect(residentMiB() - rss).toBeLessThan(30);
  });

  it('through a host name of 10 kB with escapes and quotes', async () => {
    const name = `${'h'.repeat(10_000)}"} 1\u001b]0;x\u0007`;
    appendFileSync(file, `lookup ${name}: Non-recoverable error\n`);
    await until(() => errors('resolver="cgo-musl",reason="server-failure"'), 1);
    const text = await get(`${daemon.url}/metrics`);
    expect(text).not.toContain('hhhh');
    const findings = await get(`${daemon.url}/findings`);
    expect(() => JSON.parse(findings)).not.toThrow();
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be there
    expect(findings).not.toMatch(/[\u0000-\u001f]/);
    expect(findings.length).toBeLessThan(20_000);
  });

  it('through a log that becomes a directory, and a log again', async () => {
    renameSync(file, `${file}.1`);
    mkdirSync(file);
    await until(
      () => metric(daemon.url, 'netdns_watcher_blocked_info{watcher="logs",reason="not-a-file"}'),
      1,
    );
    rmSync(file, { recursive: true });
    const seen = await lines();
    writeFileSync(file, 'back\n');
    await until(lines, seen + 1);
    expect(await metric(daemon.url, 'netdns_watcher_up{watcher="logs"}')).toBe(1);
  });
});

it('says that it may not read a log, what to do, and reads it when it may', async () => {
  const secret = join(directory, 'secret.log');
  writeFileSync(secret, 'lookup db: Try again\n');
  chmodSync(secret, 0o000);
  // root may read anything
  const uid = process.getuid?.() === 0 ? { uid: 65_534 } : {};
  const config = join(directory, 'netdns.yaml');
  writeFileSync(config, `logs: [{file: ${secret}}]\nthresholds: {sourceStalled: 100ms}\n`);
  const { url } = await startDaemonProcess(['--config', config], uid);
  // What else may not be seen from here is said too.
  const stalled = async () =>
    JSON.parse(await get(`${url}/findings`)).open.find(
      ({ id }: { id: string }) => id === 'log-source-stalled',
    );
  await until(async () => (await stalled())?.subject, secret);
  expect(await health(url)).toBe('warn');
  const finding = await stalled();
  expect(finding.evidence[0]).toContain(secret);
  expect(finding.fix).toContain('runAsUser');
  chmodSync(secret, 0o644);
  await until(() => health(url), 'fail');
});
