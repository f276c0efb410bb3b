import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { parseEnviron } from '../../src/procfs/environ.ts';
import { parseLimits } from '../../src/procfs/limits.ts';
import { findLibc } from '../../src/procfs/maps.ts';
import { parseProcessStat } from '../../src/procfs/process-stat.ts';
import { parseStatus } from '../../src/procfs/process-status.ts';
import { ProcfsError } from '../../src/procfs/procfs-error.ts';
import { textOf } from './fixtures.ts';

const NAMES = ['GODEBUG', 'LOCALDOMAIN', 'RES_OPTIONS', 'HOSTALIASES'] as const;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes of what is still referred to. */
function heapUsed(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

/** The same user id, or group id, four times. */
function ids(id: number) {
  return { real: id, effective: id, saved: id, filesystem: id };
}

describe('PID/status', () => {
  it('of 5.4: a name that looks like other fields; no groups; a kernel that does not tell of kernel threads', () => {
    expect(parseStatus(textOf('5.4', '7/status'))).toStrictEqual({
      name: 'app (x) S 1',
      ppid: 1,
      uids: ids(1000),
      gids: ids(1000),
      groups: [],
      threads: 14,
      capPermitted: 0n,
      capEffective: 0n,
      noNewPrivs: false,
      nsPids: [7],
    });
  });

  it('of 5.10: a newline and a backslash in the name; a pid in each of three namespaces', () => {
    expect(parseStatus(textOf('5.10', '31337/status'))).toStrictEqual({
      name: 'a\nb\\c',
      ppid: 0,
      uids: ids(65_532),
      gids: ids(65_532),
      groups: [0, 65_532],
      threads: 9,
      capPermitted: 0n,
      capEffective: 0n,
      noNewPrivs: true,
      nsPids: [31_337, 412, 7],
    });
  });

  it('of 5.15: every capability, and ten groups', () => {
    const { capEffective, groups, uids } = parseStatus(textOf('5.15', '7/status'));
    expect({ capEffective, groups, uids }).toStrictEqual({
      capEffective: (1n << 38n) - 1n,
      groups: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
      uids: ids(0),
    });
  });

  it('of 6.1: a set-user-ID program', () => {
    const { uids, capPermitted, ppid } = parseStatus(textOf('6.1', '4026/status'));
    expect({ uids, capPermitted, ppid }).toStrictEqual({
      uids: { real: 1000, effective: 0, saved: 0, filesystem: 0 },
      capPermitted: 0x80n,
      ppid: 4001,
    });
  });

  it('of 6.18: no kernel thread', () => {
    expect(parseStatus(textOf('6.18', '50/status'))).toStrictEqual({
      name: 'app-musl',
      ppid: 1,
      uids: ids(65_532),
      gids: ids(65_532),
      groups: [2000],
      threads: 1,
      capPermitted: 0n,
      capEffective: 0n,
      noNewPrivs: false,
      nsPids: [50],
      kernelThread: false,
    });
  });

  it.each(['Name', 'PPid', 'Uid', 'Gid', 'Groups', 'Threads', 'CapPrm', 'CapEff'])(
    'is none without %s',
    (key) => {
      const text = textOf('6.18', '50/status').replace(new RegExp(`^${key}:.*\n`, 'm'), '');
      expect(() => parseStatus(text)).toThrow(ProcfsError);
    },
  );

  it('is read without what old kernels do not have', () => {
    const text = textOf('6.18', '50/status').replace(/^(NSpid|Kthread|NoNewPrivs):.*\n/gm, '');
    const status = parseStatus(text);
    expect(status).toMatchObject({ nsPids: [], name: 'app-musl' });
    expect(Object.keys(status)).not.toContain('noNewPrivs');
    expect(Object.keys(status)).not.toContain('kernelThread');
  });
});

describe('PID/stat', () => {
  it('tells when each of them began', () => {
    const of = (kernel: '5.4' | '5.10' | '5.15' | '6.1' | '6.18', pid: number) =>
      parseProcessStat(textOf(kernel, `${pid}/stat`));
    expect([of('5.4', 7), of('5.10', 31_337), of('5.15', 7), of('6.1', 4026), of('6.18', 50)]).toStrictEqual([
      { comm: 'app (x) S 1', state: 'S', ppid: 1, startTicks: 81_234 },
      { comm: 'a\nb\\c', state: 'S', ppid: 0, startTicks: 999_999_999 },
      { comm: 'server', state: 'S', ppid: 1, startTicks: 55 },
      { comm: 'web', state: 'S', ppid: 4001, startTicks: 424_242 },
      { comm: 'app-musl', state: 'S', ppid: 1, startTicks: 1_818_272 },
    ]);
  });

  it.each([')', '(', ') S 1 1', ')\n1 (x) R 9 ', '', ' ', '\n'])('takes %j for a name', (comm) => {
    const text = textOf('5.15', '7/stat').replace('(server)', `(${comm})`);
    expect(parseProcessStat(text)).toStrictEqual({ comm, state: 'S', ppid: 1, startTicks: 55 });
  });
});

describe('PID/limits', () => {
  it('are numbers, or without limit', () => {
    const of = (kernel: '5.4' | '5.10' | '5.15' | '6.1' | '6.18', pid: number) =>
      parseLimits(textOf(kernel, `${pid}/limits`)).openFiles;
    expect([of('5.4', 7), of('5.10', 31_337), of('5.15', 7), of('6.1', 4026), of('6.18', 50)]).toStrictEqual([
      { soft: 1_048_576, hard: 1_048_576 },
      { soft: 1024, hard: Number.POSITIVE_INFINITY },
      { soft: Number.POSITIVE_INFINITY, hard: Number.POSITIVE_INFINITY },
      { soft: 65_536, hard: 524_288 },
      { soft: 1024, hard: 4096 },
    ]);
  });
});

describe('PID/environ', () => {
  const of = (text: string) => parseEnviron(text, NAMES);

  it('gives the first of a name, and what is set to nothing', () => {
    expect(of(textOf('5.4', '7/environ'))).toStrictEqual({
      GODEBUG: 'netdns=go',
      LOCALDOMAIN: '',
      HOSTALIASES: '/etc/aliases',
    });
    expect(of(textOf('6.18', '51/environ'))).toStrictEqual({
      GODEBUG: 'netdns=cgo+1',
      LOCALDOMAIN: 'shop.svc',
      RES_OPTIONS: 'ndots:2 timeout:1',
    });
  });

  it('finds nothing in a title that a process has written over it, nor in an empty one', () => {
    expect(of(textOf('5.15', '7/environ'))).toStrictEqual({});
    expect(of(textOf('6.1', '4026/environ'))).toStrictEqual({});
  });

  it('takes only whole names', () => {
    expect(of('XGODEBUG=a\0GODEBUG2=b\0godebug=c\0GODEBUG\0A=GODEBUG=d\0')).toStrictEqual({});
    expect(of('A=1\0GODEBUG=netdns=go=x\0')).toStrictEqual({ GODEBUG: 'netdns=go=x' });
    expect(of('GODEBUG=last')).toStrictEqual({ GODEBUG: 'last' });
  });

  it('decodes UTF-8, as Node.js does its own', () => {
    const text = Buffer.from('HOSTALIASES=/etc/wörter\0').toString('latin1');
    expect(of(text)).toStrictEqual({ HOSTALIASES: '/etc/wörter' });
  });

  it('lets go of the rest: no value keeps the text alive that it was found in', () => {
    const kept: unknown[] = [];
    const before = heapUsed();
    for (let nth = 0; nth < 20; nth++) {
      const secrets = Buffer.alloc(1 << 20, `s${nth}`).toString('latin1');
      kept.push(of(`PASSWORD=${secrets}\0GODEBUG=netdns=go,http2client=0\0`));
    }
    expect(heapUsed() - before).toBeLessThan(4 << 20);
    expect(kept).toHaveLength(20);
  });
});

describe('PID/maps', () => {
  const line = (path: string, flags = 'r-xp') =>
    `7f1a5c022000-7f1a5c16a000 ${flags} 00022000 103:02 393277                    ${path}\n`;

  it('tells whose C library runs', () => {
    expect(findLibc(textOf('5.4', '7/maps'))).toStrictEqual({
      libc: 'glibc',
      file: '/lib/x86_64-linux-gnu/libc-2.31.so',
    });
    expect(findLibc(textOf('5.10', '31337/maps'))).toStrictEqual({
      libc: 'musl',
      file: '/lib/ld-musl-x86_64.so.1',
    });
    expect(findLibc(textOf('5.15', '7/maps'))).toBeUndefined();
    expect(findLibc(textOf('6.1', '4026/maps'))).toStrictEqual({
      libc: 'glibc',
      file: '/usr/lib/x86_64-linux-gnu/libc.so.6',
    });
    expect(findLibc(textOf('6.18', '50/maps'))).toStrictEqual({
      libc: 'musl',
      file: '/usr/lib/x86_64-linux-musl/libc.so',
    });
    expect(findLibc(textOf('6.18', '51/maps'))).toStrictEqual({
      libc: 'glibc',
      file: '/usr/lib/x86_64-linux-gnu/libc.so.6',
    });
  });

  it.each([
    ['/lib/ld-musl-aarch64.so.1', 'musl'],
    ['/lib/ld-musl-armhf.so.1 (deleted)', 'musl'],
    ['/lib/libc.musl-x86_64.so.1', 'musl'],
    ['/nix/store/x\\012y/lib/libc.so.6', 'glibc'],
    ['/lib/libc.so.6.1', 'glibc'],
    ['/lib/a b/libc-2.17.so', 'glibc'],
    ['/lib/libc-client.so.2007', undefined],
    ['/lib/libc.so.6.bak', undefined],
    ['/lib/xlibc.so.6', undefined],
    ['/lib/libcrypt.so.1', undefined],
    ['/lib/libuClibc-1.0.42.so', undefined],
    ['/apex/com.android.runtime/lib64/bionic/libc.so', undefined],
    ['/system/lib64/libc.so', undefined],
    ['[vdso]', undefined],
    ['socket:[4711]', undefined],
  ])('%s is of %s', (path, libc) => {
    expect(findLibc(line(path))?.libc).toBe(libc);
  });

  it('does not take a file that is only read for one that runs', () => {
    expect(findLibc(line('/srv/image/lib/libc.so.6', 'r--p'))).toBeUndefined();
    expect(findLibc(line('/srv/image/lib/libc.so.6', 'rw-s'))).toBeUndefined();
  });

  it('does not take a loader of glibc without a libc for one: Go with buildmode=pie', () => {
    expect(findLibc(line('/lib64/ld-linux-x86-64.so.2'))).toBeUndefined();
  });

  it('believes the loader where both are mapped', () => {
    const both = line('/lib/libc.so.6') + line('/lib/ld-musl-x86_64.so.1');
    expect(findLibc(both)?.libc).toBe('musl');
    expect(findLibc(both + line('/lib/ld-linux-x86-64.so.2'))?.libc).toBe('glibc');
  });

  it('names the file without keeping the text alive', () => {
    const before = heapUsed();
    const kept: unknown[] = [];
    for (let nth = 0; nth < 20; nth++) {
      kept.push(findLibc(line(`/opt/${nth}`).repeat(15_000) + line('/usr/lib/x86_64-linux-gnu/libc.so.6')));
    }
    expect(heapUsed() - before).toBeLessThan(4 << 20);
    expect(kept).toHaveLength(20);
  });

  it('of a kernel thread or a process that has ended is empty', () => {
    expect(findLibc('')).toBeUndefined();
  });
});
