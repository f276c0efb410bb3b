import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const CLI = join(import.meta.dirname, '../../src/cli.ts');
const directory = mkdtempSync(join(tmpdir(), 'netdns-explain-'));

function netdns(args: string[], input: string | Buffer = '') {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], {
    input,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  return { status, stdout, stderr };
}
const explain = (input: string | Buffer, ...args: string[]) => {
  const { status, stdout } = netdns(['explain', '--json', ...args, '-'], input);
  return { status, document: JSON.parse(stdout) };
};

const LOG = `
go package net: confVal.netCgo = true  netGo = false
go package net: GODEBUG setting forcing use of the cgo resolver
go package net: hostLookupOrder(db.prod) = cgo
2026/11/23 10:00:00 dial tcp: lookup db.prod: Try again
nothing to see here
{"level":"error","error":"Get \\"http://db.prod/\\": dial tcp: lookup db.prod: Try again"}
`.trimStart();

describe('explain', () => {
  it('gives the JSON document of docs/explain.md', () => {
    const { status, document } = explain(LOG);
    expect(status).toBe(1);
    expect(document).toMatchObject({
      lines: 6,
      matched: 5,
      trace: {
        seen: true,
        level: 2,
        goVersion: { min: '1.24', max: null },
        cgoCapable: true,
        mode: 'cgo',
        lookups: { cgo: 1 },
      },
      errors: [
        {
          name: 'db.prod',
          server: null,
          resolver: 'cgo-musl',
          certainty: 'certain',
          reason: 'try-again',
          count: 2,
          text: 'lookup db.prod: Try again',
        },
      ],
      startup: [],
    });
    expect(document.findings[0]).toMatchObject({ id: 'musl-resolver-failing', severity: 'critical' });
  });

  it('counts errors that differ in the ephemeral port as one', () => {
    const error = (port: number) =>
      `lookup a on 10.0.0.1:53: read udp 10.0.0.9:${port}->10.0.0.1:53: i/o timeout\n`;
    expect(explain(error(4123) + error(50_999)).document.errors).toMatchObject([
      { count: 2, reason: 'timeout' },
    ]);
  });

  it('says it to people too', () => {
    const { stdout } = netdns(['explain'], LOG);
    expect(stdout).toContain('cgo, always: libc’s getaddrinfo');
    expect(stdout).toContain('CRITICAL  musl’s resolver fails: try-again for db.prod');
    expect(stdout).toContain('GODEBUG=netdns=go');
  });

  it('exits with 0 where nothing critical is found, and by --fail-on', () => {
    expect(netdns(['explain'], 'all is well\n').status).toBe(0);
    expect(netdns(['explain', '--fail-on', 'info'], 'all is well\n').status).toBe(1);
  });

  it('reads several files as one log', () => {
    const [first = '', second = ''] = [join(directory, 'app.log.1'), join(directory, 'app.log')];
    writeFileSync(first, LOG.slice(0, 100));
    writeFileSync(second, LOG.slice(100));
    const { stdout } = netdns(['explain', '--json', first, second]);
    expect(JSON.parse(stdout).trace.lookups).toEqual({ cgo: 1 });
  });

  it('understands a torn trace line, CRI parts and Docker JSON', () => {
    const torn = 'go package net: hostLookupOrder(2026/11/23 10:00:00 hello\ndb) = cgo\n';
    expect(explain(torn).document.trace.lookups).toEqual({ cgo: 1 });
    const cri = (tag: string, text: string) => `2026-11-23T10:00:00.123456789Z stderr ${tag} ${text}\n`;
    const split = cri('P', 'dial tcp: loo') + cri('P', 'kup db: Try a') + cri('F', 'gain');
    expect(explain(split).document.errors).toMatchObject([{ name: 'db', first: '2026-11-23T10:00:00.123Z' }]);
    const docker = JSON.stringify({
      log: 'lookup db: Try again\n',
      stream: 'stderr',
      time: '2026-11-23T10:00:00Z',
    });
    expect(explain(docker).document.errors).toMatchObject([{ name: 'db', resolver: 'cgo-musl' }]);
  });
});

describe('bad input to explain', () => {
  it.each([
    ['binary noise', Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * 7919) % 256))],
    ['a line of 20 MB', `${'x'.repeat(20_000_000)}\nlookup db: Try again\n`],
    ['half a JSON object', '{"level":"error","error":"dial tcp: lookup db: Try again'],
    ['nothing', ''],
  ])('%s', (name, input) => {
    const { document } = explain(input);
    expect(document.errors.length).toBe(name.startsWith('a line') || name.startsWith('half') ? 1 : 0);
  });

  it('keeps escapes of a hostile name from the terminal', () => {
    const { stdout } = netdns(['explain'], 'lookup a\u001b]0;owned\u0007b\u202e: Try again\n');
    expect(stdout).toContain('lookup a\\x1b]0;owned\\x07b\\u{202e}: Try again');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be there
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  });
});

describe('a call that cannot be carried out: one line on stderr, exit status 2', () => {
  mkdirSync(join(directory, 'folder'), { recursive: true });
  it.each([
    [['explain', join(directory, 'absent.log')], /absent\.log/],
    [['explain', join(directory, 'folder')], /directory/],
    [['explain', '--jsno'], /--jsno.*explain --help/],
    [['explain', '--fail-on', 'never'], /--fail-on.*info, warning, critical/],
    [['explian'], /unknown command "explian".*--help/],
    [['run'], /no log to watch.*--log/],
    [['run', '--log', 'x', '--listen', 'nowhere'], /--listen.*"nowhere".*:9653/],
    [['run', '--log', 'x', '--config', join(directory, 'absent.yaml')], /absent\.yaml/],
  ])('%j', (args, message) => {
    const { status, stderr } = netdns(args);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});

describe('help', () => {
  const commands = ['run', 'explain', 'demo'];
  it.each([[['--help']], ...commands.map((command) => [[command, '--help']])])(
    '%j ends with two examples',
    (args) => {
      const { status, stdout } = netdns(args);
      expect(status).toBe(0);
      const [, examples = ''] = stdout.split('\nExamples\n');
      expect(examples.trimEnd().split('\n')).toHaveLength(2);
    },
  );

  it('the version', () => {
    expect(netdns(['--version']).stdout).toMatch(/^netdns-sidecar \d+\.\d+\.\d+\n$/);
  });
});
