import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveCommand } from '../../src/commands/resolve.ts';
import { type ScriptedServer, startScriptedServer } from '../../src/dns/net/scripted-server.ts';
import type { Rule } from '../../src/dns/script.ts';

const CLI = join(import.meta.dirname, '../../src/cli.ts');
const root = mkdtempSync(join(tmpdir(), 'netdns-resolve-'));
mkdirSync(join(root, 'etc'));
writeFileSync(
  join(root, 'etc/resolv.conf'),
  'search s1.test\noptions timeout:1 attempts:1 ndots:2 frobnicate\n',
);
writeFileSync(join(root, 'etc/nsswitch.conf'), 'hosts: files dns\n');
writeFileSync(join(root, 'etc/hosts'), '10.0.0.7 from.hosts\n');

const rule: Rule = ({ name, type }) => {
  if (name.endsWith('s1.test')) return { rcode: 3, soa: true };
  if (type === 'A') return { a: ['192.0.2.10'] };
  return name === 'half.test' ? { rcode: 2 } : { aaaa: ['2001:db8::10'] };
};

let server: ScriptedServer;
let port = 0;
beforeAll(async () => {
  server = await startScriptedServer([{ address: '127.0.0.1', port: 0, rule }]);
  port = server.endpoints[0]?.port ?? 0;
});
afterAll(() => server.close());

/** The server answers from this process: the command must not block it. */
async function resolve(...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  const { LOCALDOMAIN, RES_OPTIONS, HOSTALIASES, GODEBUG, ...inherited } = process.env;
  const call = [CLI, 'resolve', '--root', root, '--server', `127.0.0.1:${port}`, ...args];
  const env = { ...inherited, NO_COLOR: '1' };
  return promisify(execFile)(process.execPath, call, { env }).then(
    (output) => ({ status: 0, ...output }),
    (error: { code: number; stdout: string; stderr: string }) => ({ ...error, status: error.code }),
  );
}
const documents = ({ stdout }: { stdout: string }) =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('resolve --json', () => {
  it('gives a line a model and name, as interface.md has it', async () => {
    const run = await resolve('web.test', '--as', 'musl-1.2.3', '--json');
    const query = { proto: 'udp', server: `127.0.0.1:${port}`, sourcePort: expect.any(Number), edns: null };
    const reply = {
      atMs: expect.any(Number),
      rcode: 'NOERROR',
      tc: false,
      answers: 1,
      bytes: expect.any(Number),
    };
    const missing = { ...reply, rcode: 'NXDOMAIN', answers: 0 };
    const sent = (name: string, type: string, answer: object) => ({
      ...query,
      atMs: expect.any(Number),
      name,
      type,
      reply: answer,
    });
    expect(run.status).toBe(0);
    expect(documents(run)).toEqual([
      {
        model: 'musl-1.2.3',
        name: 'web.test',
        family: 'unspec',
        outcome: 'ok',
        error: '',
        addresses: expect.arrayContaining(['192.0.2.10', '2001:db8::10']),
        durationMs: expect.any(Number),
        queries: [
          sent('web.test.s1.test', 'A', missing),
          sent('web.test.s1.test', 'AAAA', missing),
          sent('web.test', 'A', reply),
          sent('web.test', 'AAAA', reply),
        ],
        because: expect.any(Array),
      },
    ]);
  });

  it('looks up as a version between two known ones as the older of them', async () => {
    const lines = documents(await resolve('web.test.', '--as', 'glibc-2.39,go-1.21,musl-1.1.24', '--json'));
    expect(lines.map(({ model, outcome }) => [model, outcome])).toEqual([
      ['glibc-2.39', 'ok'],
      ['go-1.21', 'ok'],
      ['musl-1.1.24', 'ok'],
    ]);
  });

  it('says 1 where a lookup fails, and repeats within one process', async () => {
    const run = await resolve('half.test.', '--as', 'musl', '--repeat', '2', '--json');
    expect(run.status).toBe(1);
    expect(documents(run)).toMatchObject([
      { outcome: 'try-again', error: 'Try again' },
      { outcome: 'try-again', error: 'Try again' },
    ]);
  });

  it('reads hosts of the root, and takes other files instead', async () => {
    const hosts = join(root, 'other-hosts');
    writeFileSync(hosts, '10.0.0.9 from.hosts\n');
    const address = async (...args: string[]) =>
      documents(await resolve('from.hosts', '--as', 'go,glibc,musl', '--json', ...args)).map(
        ({ addresses }) => addresses,
      );
    expect(await address()).toEqual([['10.0.0.7'], ['10.0.0.7'], ['10.0.0.7']]);
    expect(await address('--hosts', hosts)).toEqual([['10.0.0.9'], ['10.0.0.9'], ['10.0.0.9']]);
  });
});

describe('resolve, for people', () => {
  it('shows each query on a timeline, why, and where the models differ', async () => {
    const { status, stdout } = await resolve('half.test.', '--as', 'glibc-2.36,musl-1.2.3,nslookup');
    expect(status).toBe(1);
    expect(stdout).toMatch(/^glibc-2\.36 {2}192\.0\.2\.10$/m);
    expect(stdout).toMatch(/^musl-1\.2\.3 {2}try-again: Try again$/m);
    expect(stdout).toMatch(/0\.\d{3} {2}AAAA +half\.test +udp \d+→127\.0\.0\.1:\d+ +SERVFAIL +[\d.]+ ms/);
    expect(stdout.replace(/\s+/g, ' ')).toMatch(
      /They differ glibc-2\.36: 192\.0\.2\.10; musl-1\.2\.3: try-again after 1\.\d s because AAAA got SERVFAIL; nslookup: 192\.0\.2\.10/,
    );
  });

  it('says which line of resolv.conf is not heeded', async () => {
    const { stdout } = await resolve('web.test.', '--as', 'go,glibc,musl,busybox-nslookup');
    for (const block of stdout.split('\n\n').slice(1, 5))
      expect(block).toMatch(/why +resolv\.conf line 2.*frobnicate/s);
  });

  it('shows hostile names as text', async () => {
    const { stdout } = await resolve('a\u001b[31m.test', '--as', 'musl');
    expect(stdout).not.toContain('\u001b');
    expect(stdout).toContain('a\\x1b[31m.test');
  });
});

describe('a bad call of resolve', () => {
  it.each([
    [['--as', 'go'], 'no name to look up'],
    [['x', '--as', 'netbsd'], 'unknown model "netbsd": expected go-1.24'],
    [['x', '--as', 'go-1.9'], 'no model "go-1.9": go-1.15 to go-1.27 are known'],
    [['x', '--as', 'musl-1.2.99'], 'no model "musl-1.2.99": musl-1.1.0 to musl-1.2.6 are known'],
    [['x', '--family', 'ipv4'], '--family "ipv4": expected unspec, inet, inet6'],
    [['x', '--repeat', '0'], '--repeat "0": expected a number from 1'],
    [['x', '--server', 'dns.example'], '--server "dns.example": expected an address'],
    [['x', '--server', '10.0.0.1:99999'], '--server "10.0.0.1:99999": expected an address'],
    [['x', '--limit', '-1'], "'--limit"],
  ])('%j: %s', async (args, message) => {
    const { status, stdout, stderr } = await resolve(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('--help ends with two examples', () => {
    expect(resolveCommand.help.trimEnd().split('Examples\n')[1]?.split('\n')).toHaveLength(2);
  });
});

describe('files named in a call', () => {
  it('and options are repeated in errors without what a terminal would obey', async () => {
    const { status, stderr } = await resolve('x', '--\u001b[31mred');
    expect([status, stderr]).toEqual([
      2,
      "netdns-sidecar: Unknown option '--\\x1b[31mred'; see netdns-sidecar resolve --help\n",
    ]);
  });

  it('that cannot be read end it, in one line; one that is missing is told', async () => {
    const endless = await resolve('192.0.2.1', '--as', 'musl', '--hosts', '/dev/zero');
    expect(endless.status).toBe(2);
    expect(endless.stderr).toBe(
      'netdns-sidecar: --hosts "/dev/zero": larger than 16 MiB: give a regular file\n',
    );
    const missing = await resolve('192.0.2.1', '--as', 'musl', '--nsswitch', join(root, 'none'));
    expect(missing.status).toBe(0);
    expect(missing.stderr).toMatch(/^netdns-sidecar: --nsswitch ".*none": there is none: .*\n$/);
  });
});

describe('a reader that leaves', () => {
  it('ends the command, however many lookups are to come', async () => {
    const call = `"${process.execPath}" "${CLI}" resolve 192.0.2.1 --as musl --json --repeat 1000000 | head -n 1`;
    const { stdout } = await promisify(execFile)('sh', ['-c', call]);
    expect(stdout.split('\n')).toHaveLength(2);
  });
});

describe('what cannot be shown whole or written', () => {
  it('is the beginning of a line as long as a file', async () => {
    const hosts = join(root, 'one-line');
    writeFileSync(hosts, `${'x'.repeat(1_000_000)} y\n`);
    const [document] = documents(await resolve('from.hosts', '--as', 'glibc,go', '--hosts', hosts, '--json'));
    expect(JSON.stringify(document).length).toBeLessThan(5_000);
  });

  it('is said in one line where stdout is full', async () => {
    const call = `"${process.execPath}" "${CLI}" resolve 192.0.2.1 --as musl > /dev/full`;
    const failed = promisify(execFile)('sh', ['-c', call]);
    await expect(failed).rejects.toMatchObject({
      code: 2,
      stderr:
        'netdns-sidecar: nothing more can be written to stdout: ENOSPC: no space left on device, write\n',
    });
  });
});

describe('a process that dies over a name', () => {
  it('does not look it up again; the next name is looked up all the same', async () => {
    const aborting = join(root, 'aborting.conf');
    writeFileSync(aborting, `search ${'x'.repeat(300)}\n`);
    const names = ['web.test', '192.0.2.1'];
    const run = await resolve(
      ...names,
      '--as',
      'glibc-2.36,musl',
      '--repeat',
      '2',
      '--resolv-conf',
      aborting,
      '--json',
    );
    const seen = documents(run).map(({ model, name, outcome }) => `${model} ${name} ${outcome}`);
    expect(seen.filter((line) => line.startsWith('glibc'))).toEqual([
      'glibc-2.36 web.test crash',
      'glibc-2.36 192.0.2.1 ok',
      'glibc-2.36 192.0.2.1 ok',
    ]);
    expect(seen.filter((line) => line.startsWith('musl'))).toHaveLength(4);
  });
});
