import { spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { exitOf, get, health, killAll, startDaemonProcess, until } from './daemon-process.ts';

const CLI = join(import.meta.dirname, '../../src/cli.ts');
const directory = mkdtempSync(join(tmpdir(), 'netdns-run-'));
let count = 0;
const newFile = (suffix = 'log') => join(directory, `${String.fromCharCode(97 + count++)}.${suffix}`);
const metrics = (url: string) => get(`${url}/metrics`);

afterEach(killAll);

describe('the daemon', () => {
  it('follows a log, fails health while lookups fail, and recovers', async () => {
    const file = newFile();
    writeFileSync(file, 'go package net: using the Go DNS resolver\n');
    const { url, log } = await startDaemonProcess(['--log', file, '--failure-window', '1s']);
    await until(() => health(url), 'pass');
    appendFileSync(file, 'lookup db on 10.96.0.10:53: server misbehaving\n');
    await until(() => health(url), 'fail');
    expect(await metrics(url)).toContain(
      'netdns_app_lookup_errors_total{resolver="go",reason="server-failure"} 1',
    );
    await until(() => health(url), 'pass');
    expect(JSON.parse(await get(`${url}/findings`)).past).toMatchObject([{ id: 'go-resolver-failing' }]);
    expect(log.map(({ msg }) => msg)).toEqual(expect.arrayContaining(['finding opened', 'finding closed']));
  });

  it('waits for a log that is not there yet, and says so', async () => {
    const file = newFile();
    const { url } = await startDaemonProcess(['--log', file]);
    await until(
      async () =>
        (await metrics(url)).includes('netdns_watcher_blocked_info{watcher="logs",reason="missing"} 1'),
      true,
    );
    writeFileSync(file, 'hello\n');
    await until(
      async () => (await metrics(url)).includes(`netdns_log_lines_total{source="${file}"} 1`),
      true,
    );
    expect(await metrics(url)).toContain('netdns_watcher_up{watcher="logs"} 1');
  });

  it('goes on over a rotation', async () => {
    const file = newFile();
    writeFileSync(file, 'one\n');
    const { url } = await startDaemonProcess(['--log', file]);
    const lines = async () => /netdns_log_lines_total\{.*\} (\d+)/.exec(await metrics(url))?.[1];
    await until(lines, '1');
    renameSync(file, `${file}.1`);
    writeFileSync(file, 'two\nthree\n');
    await until(lines, '3');
    expect(await metrics(url)).toMatch(/netdns_log_rotations_total\{.*\} 1/);
  });

  it('reads standard input, and stays when it ends', async () => {
    const { child, url } = await startDaemonProcess(['--stdin'], { stdin: 'pipe' });
    child.stdin?.end('lookup db: Try again\n');
    await until(() => health(url), 'fail');
  });

  it('stops within two seconds of SIGTERM, with status 0', async () => {
    const { child } = await startDaemonProcess(['--log', newFile()]);
    const began = performance.now();
    child.kill('SIGTERM');
    expect(await exitOf(child)).toBe(0);
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  it('reads its configuration anew on SIGHUP, and keeps the old one if the new is wrong', async () => {
    const [config, first, second] = [newFile('yaml'), newFile(), newFile()];
    writeFileSync(first, 'hello\n');
    writeFileSync(second, 'hello\nagain\n');
    writeFileSync(config, `logs: [{file: ${first}}]\n`);
    const { child, url, log } = await startDaemonProcess(['--config', config]);
    writeFileSync(config, 'logs: 5\n');
    child.kill('SIGHUP');
    await until(
      async () => log.some(({ msg }) => msg === 'the new configuration is wrong; the old one stays'),
      true,
    );
    writeFileSync(config, `logs: [{file: ${first}}, {file: ${second}}]\n`);
    child.kill('SIGHUP');
    await until(
      async () => (await metrics(url)).includes(`netdns_log_lines_total{source="${second}"} 2`),
      true,
    );
    expect(await metrics(url)).toContain(`netdns_log_lines_total{source="${first}"} 1`);
  });

  it('is not held up by a stdout that nobody reads', async () => {
    const file = newFile();
    writeFileSync(file, '');
    const { child, url } = await startDaemonProcess([
      '--log',
      file,
      '--failure-window',
      '200ms',
      '--log-level',
      'trace',
    ]);
    child.stdout?.pause();
    // Each opens a finding with a long evidence, more than a pipe holds.
    for (let i = 0; i < 200; i++) appendFileSync(file, `lookup ${'x'.repeat(200)}${i}: Try again\n`);
    await until(async () => /netdns_log_lines_total\{.*\} 200/.test(await metrics(url)), true);
    const began = performance.now();
    child.kill('SIGTERM');
    await exitOf(child);
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  it('runs with a name to probe and no log, and without either says what to give', async () => {
    const { url } = await startDaemonProcess(['--probe', 'localhost', '--root', directory]);
    await until(async () => /netdns_probe_lookups_total\{target="localhost"/.test(await metrics(url)), true);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    for (const args of [['run'], ['run', '--no-probes', '--probe', 'localhost']]) {
      const child = spawn(process.execPath, [CLI, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
      let message = '';
      for await (const chunk of child.stderr) message += chunk;
      expect(message).toMatch(/^netdns-sidecar: no log to watch and no name to probe: give --log FILE.*\n$/);
    }
  });

  it('prints the configuration that results', async () => {
    const child = spawn(process.execPath, [CLI, 'run', '--log', '/x', '--print-config'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    for await (const chunk of child.stdout) output += chunk;
    expect(output).toContain('listen: :9653');
    expect(output).toContain('file: /x');
  });
});

describe('demo --once', () => {
  it('shows the resolver change, the failure and the recovery, and ends', async () => {
    const child = spawn(process.execPath, [CLI, 'demo', '--once', '--listen', '127.0.0.1:0'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NO_COLOR: '1' },
    });
    let output = '';
    for await (const chunk of child.stdout) output += chunk;
    expect(output).toMatch(
      /resolver mode dynamic[\s\S]*resolver mode cgo[\s\S]*CRITICAL {2}musl’s resolver fails/,
    );
    expect(output).toMatch(
      /resolver mode go[\s\S]*health pass[\s\S]*closed {2}critical musl-resolver-failing/,
    );
    const [, ...scenes] = output.split(/\n\n(?=[^\n]*\(\S+\)\n)/);
    expect(scenes.length).toBeGreaterThan(5);
    // The recorded failure, from real packets: musl wants both families, the others take the one they got.
    expect(scenes[0]).toMatch(/v4sf\.test/);
    expect(scenes[0]).toMatch(/^ *go-\S+ +192\.0\.2\.10 .* 2 queries/m);
    expect(scenes[0]).toMatch(/^ *nslookup +192\.0\.2\.10 /m);
    expect(scenes[0]).toMatch(/^ *musl-1\.2\.3 +try-again +1\.\d s +\d+ queries +AAAA got SERVFAIL\n +why /m);
    expect(scenes[0]).toMatch(/▶ .*go-.*: found; .*musl-1\.2\.3, musl-\S+: try-again after 1\.\d s/);
    // Without TCP musl gives up on what the newer one asks for again.
    expect(scenes[3]).toMatch(/^ *musl-1\.2\.3 +not-found[\s\S]*^ *musl-\S+ +192\.0\.2\.10 /m);
  }, 30_000);

  it('says in one line that the port is taken, and what to do, as run does', async () => {
    const { url } = await startDaemonProcess(['--log', newFile()]);
    for (const args of [['demo'], ['run', '--log', newFile()]]) {
      const child = spawn(process.execPath, [CLI, ...args, '--listen', new URL(url).host], {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let message = '';
      child.stderr?.on('data', (chunk) => {
        message += chunk;
      });
      expect(await exitOf(child)).toBe(2);
      expect(message).toMatch(/^netdns-sidecar: cannot listen on .*another process has the port.*\n$/);
    }
  });
});
