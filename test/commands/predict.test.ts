import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { predictCommand } from '../../src/commands/predict.ts';

const CLI = join(import.meta.dirname, '../../src/cli.ts');
const root = mkdtempSync(join(tmpdir(), 'netdns-predict-'));
mkdirSync(join(root, 'etc'));
writeFileSync(join(root, 'etc/resolv.conf'), 'nameserver 192.0.2.53\noptions ndots:5 edns0\n');
writeFileSync(join(root, 'etc/nsswitch.conf'), 'passwd: files\nhosts: files dns\n');

function predict(args: string[], environment: NodeJS.ProcessEnv = {}) {
  const { LOCALDOMAIN, RES_OPTIONS, HOSTALIASES, GODEBUG, ...inherited } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, 'predict', '--root', root, ...args], {
    encoding: 'utf8',
    env: { ...inherited, NO_COLOR: '1', ...environment },
  });
  return { status, stdout, stderr };
}
const documents = (args: string[], environment?: NodeJS.ProcessEnv) =>
  predict(['--json', ...args], environment)
    .stdout.trim()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('predict --json', () => {
  it('gives a line a name: order, what decides, what would change it, what Go prints', () => {
    expect(documents(['db.prod', '192.0.2.1', '--go', 'go1.19.8'])).toEqual([
      {
        name: 'db.prod',
        goVersion: '1.19',
        order: 'cgo',
        resolver: 'cgo',
        decidedBy: {
          by: 'resolv.conf',
          text: 'options ndots:5 edns0',
          line: 2,
          file: join(root, 'etc/resolv.conf'),
        },
        forcedBy: null,
        because: [
          'resolv.conf line 2: Go 1.19 does not know the option edns0 (known since 1.20), and leaves every lookup to libc',
        ],
        changes: [
          { change: 'resolv.conf without line 2', order: 'files,dns' },
          { change: 'GODEBUG=netdns=go', order: 'files,dns' },
          { change: 'CGO_ENABLED=0', order: 'files,dns' },
          { change: 'Go 1.20-1.27', order: 'files,dns' },
        ],
        trace: 'go package net: hostLookupOrder(db.prod) = cgo',
      },
      expect.objectContaining({ name: '192.0.2.1', trace: 'go package net: hostLookupOrder() = cgo' }),
    ]);
  });

  it('takes the newest Go, and addresses as LookupAddr does', () => {
    expect(documents(['192.0.2.1'])).toMatchObject([
      { goVersion: '1.27', trace: 'go package net: addrLookupOrder(192.0.2.1) = files,dns' },
    ]);
  });

  it('prints the name as that release does: with its trailing dot, or without', () => {
    const traces = (go: string) => documents(['a.local.', 'a%b.', '--go', go, '--nsswitch', '/nonexistent']);
    const printed = (go: string) => traces(go).map(({ trace }) => /\((.*)\)/.exec(trace)?.[1]);
    expect(printed('1.20')).toEqual(['a.local', 'a%b.']);
    expect(printed('1.21')).toEqual(['a.local.', 'a%b.']);
  });

  it('takes a newer Go for the newest known, and says so', () => {
    const [{ goVersion, because }] = documents(['db', '--go', '1.40']);
    expect(goVersion).toBe('1.40');
    expect(because.join()).toContain('Go 1.40 is newer than what is known');
  });

  it.each<[string, string[], NodeJS.ProcessEnv, object, object | null]>([
    ['environment', [], { LOCALDOMAIN: '' }, { by: 'environment', text: 'LOCALDOMAIN=' }, null],
    ['GODEBUG', [], { GODEBUG: 'x=1,netdns=cgo+2' }, { by: 'godebug', text: 'netdns=cgo' }, null],
    ['--godebug', ['--godebug', 'netdns=cgo'], { GODEBUG: 'netdns=go' }, { by: 'godebug' }, null],
    ['netcgo', ['--tags', 'osusergo,netcgo'], {}, { by: 'tag', text: 'netcgo' }, null],
    ['netgo', ['--tags', 'netgo'], {}, { by: 'nsswitch.conf', line: 2 }, { by: 'tag', text: 'netgo' }],
    ['--no-cgo', ['--no-cgo'], { LOCALDOMAIN: '' }, { by: 'nsswitch.conf' }, { by: 'build' }],
    ['--prefer-go', ['--prefer-go', '--tags=netcgo'], {}, { by: 'nsswitch.conf' }, { by: 'code' }],
    [
      '--resolv-conf',
      ['--resolv-conf', '/proc/version'],
      {},
      { by: 'resolv.conf', file: '/proc/version' },
      null,
    ],
    ['--nsswitch', ['--nsswitch', '/nonexistent'], {}, { by: 'nsswitch.conf', text: 'absent' }, null],
  ])('heeds %s', (_, args, environment, decidedBy, forcedBy) => {
    const [document] = documents(['db', '--go', '1.24', ...args], environment);
    expect(document.decidedBy).toMatchObject(decidedBy);
    if (forcedBy) expect(document.forcedBy).toMatchObject(forcedBy);
    else expect(document.forcedBy).toBeNull();
  });
});

it('tells a person the order, the deciding line, and what would change it', () => {
  const { status, stdout } = predict(['db.prod', '--go', '1.19']);
  expect(status).toBe(0);
  const lines = stdout.split('\n');
  expect(lines[0]).toBe('db.prod  cgo  libc’s getaddrinfo');
  expect(stdout).toContain('etc/resolv.conf line 2: options');
  expect(stdout).toMatch(
    /otherwise +resolv\.conf without line 2: files,dns\n +GODEBUG=netdns=go: files,dns\n/,
  );
  expect(stdout).toContain('go package net: hostLookupOrder(db.prod) = cgo');
});

describe('a bad call', () => {
  it.each([
    [[], 'no name to predict for'],
    [[''], 'no name to predict for'],
    [['db', '--go', '1.4'], '--go "1.4": expected a release from 1.5 on'],
    [['db', '--go', 'newest'], '--go "newest"'],
    [['db', '--cgo', '--no-cgo'], '--cgo and --no-cgo'],
    [['db', '--go=1.21', '--tags', 'netgo netcgo'], 'do not compile together'],
    [['db', '--frobnicate'], '--frobnicate'],
  ])('%j: %s', (args, message) => {
    const { status, stderr, stdout } = predict(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

it('--help ends in two examples that work as printed', () => {
  const examples = predictCommand.help.trimEnd().split('\n').slice(-2);
  for (const example of examples) {
    const command = example.trim().replace('netdns-sidecar', `"${process.execPath}" "${CLI}"`);
    const { status, stdout } = spawnSync('sh', ['-c', command], { encoding: 'utf8' });
    expect({ example, status, said: stdout !== '' }).toEqual({ example, status: 0, said: true });
  }
});
