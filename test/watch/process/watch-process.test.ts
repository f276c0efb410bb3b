import { setImmediate as turn } from 'node:timers/promises';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { createJournal } from '../../../src/journal/journal.ts';
import type { Watcher } from '../../../src/journal/looks.ts';
import { type ProcessSettings, watchProcess } from '../../../src/watch/process/watch-process.ts';
import { LookClock, ProcTree, START } from './proc-tree.ts';

const ends: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

function copyOfProc(): ProcTree {
  const tree = new ProcTree();
  ends.push(() => tree.remove());
  return tree;
}

async function watch(proc: string, wish: Partial<ProcessSettings> = {}) {
  const world = new LookClock();
  const journal = createJournal(world.clock);
  const watcher = watchProcess(journal, pino({ level: 'silent' }), world);
  ends.push(watcher.stop);
  await watcher.use({ proc, pid: 'auto', ...wish });
  const look = (name: Watcher) => journal.kernel.looks.get(name);
  return { seen: journal.processes, look, looks: journal.kernel.looks, world, watcher };
}

const MUSL = '7f00-7f10 r-xp 00000000 fe:00 42                         /lib/ld-musl-x86_64.so.1\n';

describe('the application, after the first look', () => {
  it('is known with all that decides its lookups, and nothing else of it', async () => {
    const tree = copyOfProc();
    const root = { 'etc/resolv.conf': 'nameserver 192.0.2.53\n', 'etc/hosts': '127.0.0.1 localhost\n' };
    const environ = `GODEBUG=netdns=cgo\0SECRET=hunter2\0RES_OPTIONS=${'x'.repeat(2000)}\0LOCALDOMAIN=\0`;
    tree.write({ pid: 7, comm: 'server', startTicks: 250, maps: MUSL, environ, fds: 5, root });
    const { seen, looks } = await watch(tree.proc);
    expect(seen).toMatchObject({ because: 'the only Go process', others: [], restarts: 0 });
    expect(seen.app).toEqual({
      pid: 7,
      startTicks: 250,
      started: 1_700_000_002_500,
      comm: 'server',
      exe: tree.exe('/usr/bin/server'),
      isGo: true,
      uid: 65532,
      gid: 65532,
      threads: 3,
      fds: 5,
      openFiles: { soft: 1024, hard: Number.POSITIVE_INFINITY },
      libc: 'musl',
      libcFile: '/lib/ld-musl-x86_64.so.1',
      environment: { GODEBUG: 'netdns=cgo', RES_OPTIONS: 'x'.repeat(1000), LOCALDOMAIN: '' },
      root: `${tree.proc}/7/root`,
      files: {
        resolvConf: { state: 'ok', text: root['etc/resolv.conf'], modified: expect.any(Number) },
        hosts: { state: 'ok', text: root['etc/hosts'], modified: expect.any(Number) },
        nsswitch: { state: 'absent' },
      },
      binary: expect.objectContaining({ arch: 'amd64', linkage: 'static', isGo: true }),
      image: expect.objectContaining({
        libcs: [],
        files: expect.objectContaining({ 'resolv.conf': true, hosts: true, 'nsswitch.conf': false }),
      }),
    });
    expect([...looks.values()].every(({ state }) => state === 'ok')).toBe(true);
    expect(JSON.stringify([seen, ...looks.values()])).not.toContain('hunter2');
  });

  it('has no libc where it is of Go and none is mapped', async () => {
    const tree = copyOfProc();
    tree.write({ pid: 7 });
    tree.write({ pid: 8, comm: 'nginx', isGo: false });
    expect((await watch(tree.proc)).seen.app?.libc).toBe('none');
    const other = (await watch(tree.proc, { pid: 8 })).seen;
    expect(other).toMatchObject({ because: 'target.pid', app: { isGo: false, comm: 'nginx' } });
    expect(other.app).not.toHaveProperty('libc');
  });

  it.each(['a b', ') S 1 (', '(', 'x\ny', '\\', 'ünïcödé'])('may be called %j', async (comm) => {
    const tree = copyOfProc();
    tree.write({ pid: 7, comm, exe: '/bin/app' });
    expect((await watch(tree.proc)).seen.app?.comm).toBe(comm);
  });

  it('does not lead out of its root by links', async () => {
    const tree = copyOfProc();
    tree.put('ours/resolv.conf', 'nameserver 198.51.100.1\n');
    tree.write({ pid: 7, root: { 'data/hosts': 'its own\n' } });
    tree.link(`${tree.path}/ours`, 'proc/7/root/etc');
    expect((await watch(tree.proc)).seen.app?.files?.resolvConf).toEqual({ state: 'absent' });
    tree.write({ pid: 7, root: { 'data/hosts': 'its own\n' } });
    tree.link('../../../../../data', 'proc/7/root/etc');
    expect((await watch(tree.proc)).seen.app?.files?.hosts).toMatchObject({ text: 'its own\n' });
  });

  it('may have as many mappings as the kernel allows', async () => {
    const tree = copyOfProc();
    const mapping = '7f1a5c022000-7f1a5c16a000 rw-p 00000000 00:00 0 \n';
    tree.write({ pid: 7, maps: mapping.repeat(65_529) + MUSL });
    expect((await watch(tree.proc)).seen.app?.libc).toBe('musl');
  });

  it('has not our root in a copy that kept the link to it', async () => {
    const tree = copyOfProc();
    tree.write({ pid: 7 });
    tree.link('/', 'proc/7/root');
    const { seen, look } = await watch(tree.proc);
    expect(seen.app).toBeDefined();
    expect(seen.app).not.toHaveProperty('root');
    expect(look('files')).toMatchObject({ state: 'absent' });
  });

  it('is known as far as it can be read', async () => {
    const tree = copyOfProc();
    tree.write({ pid: 7, maps: 'no mapping\n' });
    tree.put('proc/7/limits', 'nonsense\n');
    const { seen, look } = await watch(tree.proc);
    expect(seen.app).toMatchObject({ pid: 7, environment: { GODEBUG: 'netdns=go' } });
    expect(seen.app).not.toHaveProperty('openFiles');
    expect(seen.app).not.toHaveProperty('libc');
    expect(look('limits')).toMatchObject({ state: 'failed', reason: 'malformed' });
    expect(look('maps')).toMatchObject({ state: 'failed', reason: 'malformed' });
    expect(look('environ')).toEqual({ watcher: 'environ', state: 'ok' });
  });

  it('is not known to be of Go or not where its binary is none that can be read, and that is told', async () => {
    const tree = copyOfProc();
    tree.write({ pid: 7, exe: null });
    tree.link(tree.path, 'proc/7/exe');
    const { seen, look } = await watch(tree.proc, { pid: 7 });
    expect(seen.app).toMatchObject({ exe: tree.path });
    expect(seen.app).not.toHaveProperty('isGo');
    expect(look('exe')).toMatchObject({ state: 'failed', why: expect.stringContaining('not a file') });
  });

  it('is none where its status is not what the kernel writes: an id that is not known is not made up', async () => {
    const tree = copyOfProc();
    tree.write({ pid: 7 });
    tree.put('proc/7/status', 'Name:\tapp\n');
    const { seen, look } = await watch(tree.proc);
    expect(seen.app).toBeUndefined();
    expect(look('process')).toMatchObject({ state: 'failed', reason: 'malformed' });
  });
});

describe('where there is no application', () => {
  it('says so, and what to set', async () => {
    const tree = copyOfProc();
    tree.write({ pid: 1, comm: 'pause', exe: '/pause' });
    tree.write({ pid: 9, comm: 'nginx', isGo: false });
    const { seen, looks } = await watch(tree.proc);
    expect(seen.app).toBeUndefined();
    expect([...looks.values()]).toEqual([
      {
        watcher: 'process',
        state: 'absent',
        reason: 'no-app',
        why: expect.stringContaining('is one of Go'),
        cure: expect.stringContaining('target.pid'),
      },
    ]);
  });

  it('says that the namespace is not shared', async () => {
    const tree = copyOfProc();
    tree.write({ pid: 1, comm: 'npm', isGo: false });
    tree.write({ pid: 7, ppid: 1, comm: 'node', isGo: false });
    tree.write({ pid: 8, ppid: 7, comm: 'helper' });
    tree.link('7', 'proc/self');
    expect((await watch(tree.proc)).look('process')).toMatchObject({
      state: 'absent',
      reason: 'no-shared-namespace',
      cure: expect.stringContaining('`shareProcessNamespace: true`'),
    });
    tree.end(1);
    expect((await watch(tree.proc)).look('process')).toMatchObject({
      reason: 'no-shared-namespace',
      why: expect.stringContaining('hidepid'),
    });
  });

  it.each(['none', 'empty', 'etc'])('says that %s is no /proc, and what to set', async (directory) => {
    const tree = copyOfProc();
    tree.put('etc/hosts', '127.0.0.1 localhost\n');
    tree.put('empty/stat', '');
    const proc = `${tree.path}/${directory}`;
    const { seen, look } = await watch(proc);
    expect(look('process')).toMatchObject({
      state: 'failed',
      reason: 'no-proc',
      why: expect.stringContaining(`${proc} is no /proc`),
      cure: expect.stringContaining(`\`proc\``),
    });
    expect(seen.because).toContain('is no /proc');
    expect((await watch(proc, { pid: 7 })).look('process')).toMatchObject({ reason: 'no-proc' });
  });

  it.each(['net/udp', 'net/sockstat', '1/net/udp'])('takes a copy that has only %s for one', async (file) => {
    const tree = copyOfProc();
    tree.put(`copy/${file}`, '');
    const { seen, look } = await watch(`${tree.path}/copy`);
    expect(look('process')).toMatchObject({ state: 'absent', reason: 'no-app' });
    expect(seen.because).toContain('no process');
    expect(seen.because).not.toContain('hidepid');
  });

  it('says which may be it where none can be read', async () => {
    const tree = copyOfProc();
    tree.write({ pid: 7, comm: 'one', exe: null });
    tree.write({ pid: 8, comm: 'two', exe: null });
    const { seen, look } = await watch(tree.proc);
    expect(seen).toMatchObject({ others: [{ pid: 7 }, { pid: 8 }] });
    expect(look('process')).toMatchObject({
      reason: 'no-app',
      why: expect.stringMatching(/7 \(one\), 8 \(two\)/),
    });
    tree.write({ pid: 8, comm: 'two', exe: null, state: 'Z' });
    expect((await watch(tree.proc)).seen.app).toMatchObject({ pid: 7 });
    // A thread of the kernel has no command line.
    tree.write({ pid: 8, comm: 'kworker/0:1', exe: null, cmdline: '' });
    const alone = (await watch(tree.proc)).seen;
    expect(alone).toMatchObject({ app: { pid: 7 }, because: expect.stringContaining('target.pid') });
    expect(alone.app).not.toHaveProperty('isGo');
  });

  it('says of a process that it cannot read that it is a guess, but for a pod that was built to share them', async () => {
    const tree = copyOfProc();
    tree.write({ pid: 7, comm: 'one', exe: null });
    expect((await watch(tree.proc)).seen.app).toMatchObject({ pid: 7, isGuess: true });
    expect((await watch(tree.proc, { pid: 7 })).seen.app).not.toHaveProperty('isGuess');
    tree.write({ pid: 1, comm: 'systemd', exe: null, cmdline: '/bin/sh' });
    expect((await watch(tree.proc)).seen.app).toMatchObject({ pid: 7, isGuess: true });
    tree.write({ pid: 1, comm: 'pause', exe: null });
    const shared = (await watch(tree.proc)).seen.app;
    expect(shared).toMatchObject({ pid: 7 });
    expect(shared).not.toHaveProperty('isGuess');
    tree.end(1);
    tree.write({ pid: 7, comm: 'one' });
    expect((await watch(tree.proc)).seen.app).not.toHaveProperty('isGuess');
  });

  it.each([
    [{ pid: 99 }, /^target\.pid 99 names no process; of Go.*: 7 \(app\), 9 \(secret\)$/, /target\.pid/],
    [
      { exe: '/nowhere' },
      /^target\.exe \/nowhere: no process has that binary; of Go.*: 7 \(.*\/usr\/bin\/app\), 9 \(secret\)$/,
      /target\.exe.*readlink/,
    ],
  ])('says that %j is none, and which are seen', async (wish, why, cure) => {
    const tree = copyOfProc();
    tree.write({ pid: 7 });
    tree.write({ pid: 8, comm: 'nginx', isGo: false });
    tree.write({ pid: 9, comm: 'secret', startTicks: 200, exe: null });
    const { seen, look } = await watch(tree.proc, wish);
    expect(seen).toMatchObject({ because: expect.stringMatching(why), others: [{ pid: 7 }, { pid: 9 }] });
    expect(seen.app).toBeUndefined();
    expect(look('process')).toMatchObject({
      state: 'absent',
      reason: 'no-app',
      why: expect.stringMatching(why),
      cure: expect.stringMatching(cure),
    });
  });

  it('says so too where no other process is seen', async () => {
    const tree = copyOfProc();
    tree.write({ pid: 1, comm: 'node', isGo: false });
    tree.link('1', 'proc/self');
    const { seen, look } = await watch(tree.proc, { pid: 99 });
    expect(look('process')).toMatchObject({
      reason: 'no-shared-namespace',
      why: expect.stringMatching(/^target\.pid 99 names no process: .*PID namespace/),
    });
    expect(seen.because).toMatch(/^target\.pid 99/);
    expect((await watch(tree.proc)).seen.because).toMatch(/^there is no process but our own/);
  });
});

describe('as time passes', () => {
  it('an application that is started again is one restart each time', async () => {
    const tree = copyOfProc();
    tree.write({ pid: 7 });
    const { seen, look, world } = await watch(tree.proc);
    await world.looks(20);
    expect(seen).toMatchObject({ restarts: 0, app: { pid: 7 } });
    expect(seen).not.toHaveProperty('lastRestart');

    tree.end(7);
    await world.looks();
    expect(seen.app).toBeUndefined();
    expect(look('environ')).toBeUndefined();
    await world.looks(3);
    tree.write({ pid: 12, startTicks: 900, environ: 'GODEBUG=netdns=cgo\0' });
    await world.looks();
    expect(seen).toMatchObject({
      restarts: 1,
      lastRestart: START + 25 * 5000,
      app: { pid: 12, environment: { GODEBUG: 'netdns=cgo' } },
    });

    // The pid may be the same: in a container it often is 1.
    tree.write({ pid: 12, startTicks: 1800, environ: '' });
    await world.looks();
    expect(seen).toMatchObject({ restarts: 2, app: { pid: 12, startTicks: 1800, environment: {} } });
    tree.write({ pid: 12, startTicks: 2700, comm: 'upgraded' });
    await world.looks();
    expect(seen).toMatchObject({ restarts: 3, app: { comm: 'upgraded' } });
  });

  it('another program is no restart, nor is one that ran beside it', async () => {
    const tree = copyOfProc();
    tree.write({ pid: 7 });
    tree.write({ pid: 8, startTicks: 200 });
    tree.write({ pid: 9, startTicks: 300, comm: 'other' });
    const { seen, world } = await watch(tree.proc);
    expect(seen).toMatchObject({ app: { pid: 7 }, others: [{ pid: 8 }, { pid: 9 }] });
    expect(seen.because).toMatch(/oldest of 3.*target\.pid or target\.exe/);
    tree.end(7);
    await world.looks();
    tree.end(8);
    await world.looks(15);
    expect(seen).toMatchObject({ app: { pid: 9 }, restarts: 0, others: [] });
  });

  it('an application that ends is waited for, and another is none in its place for a minute', async () => {
    const tree = copyOfProc();
    tree.write({ pid: 7 });
    tree.write({ pid: 8, startTicks: 200, comm: 'other' });
    const { seen, look, world } = await watch(tree.proc);
    tree.end(7);
    await world.looks(10);
    expect(seen.app).toBeUndefined();
    expect(look('process')).toMatchObject({
      reason: 'no-app',
      why: expect.stringMatching(/usr\/bin\/app.*8 \(other\)/),
    });
    tree.write({ pid: 12, startTicks: 900 });
    await world.looks();
    expect(seen).toMatchObject({ app: { pid: 12 }, others: [{ pid: 8 }], restarts: 1 });
    await world.looks(30);
    expect(seen).toMatchObject({ app: { pid: 12 }, restarts: 1 });
    tree.end(12);
    await world.looks(14);
    expect(seen).toMatchObject({ app: { pid: 8 }, others: [], restarts: 1 });
  });

  it('a program that takes the place of the shell that began it is looked at anew', async () => {
    const tree = copyOfProc();
    tree.write({ pid: 7, comm: 'sh', isGo: false });
    const { seen, world } = await watch(tree.proc, { pid: 7 });
    expect(seen.app?.isGo).toBe(false);
    tree.write({ pid: 7, comm: 'server', maps: MUSL });
    await world.looks();
    expect(seen).toMatchObject({ app: { comm: 'server', isGo: true, libc: 'musl' }, restarts: 0 });
  });

  it('files are read again, and a libc that was mapped after the start is found', async () => {
    const tree = copyOfProc();
    tree.write({ pid: 7, root: { 'etc/resolv.conf': 'nameserver 192.0.2.1\n' }, fds: 3 });
    const { seen, world } = await watch(tree.proc);
    tree.put('proc/7/root/etc/resolv.conf', 'nameserver 192.0.2.2\n');
    tree.put('proc/7/maps', MUSL);
    tree.put('proc/7/fd/3', '');
    await world.looks(6);
    expect(seen.app).toMatchObject({
      files: { resolvConf: { text: 'nameserver 192.0.2.2\n' } },
      libc: 'musl',
      fds: 4,
    });
  });

  it('an application that comes after its sidecars is the application with the next look', async () => {
    const tree = copyOfProc();
    tree.write({ pid: 5, comm: 'pilot-agent' });
    const { seen, world } = await watch(tree.proc);
    expect(seen).toMatchObject({ app: { pid: 5 }, because: expect.stringContaining('beside applications') });
    tree.write({ pid: 7, startTicks: 500 });
    await world.looks();
    expect(seen).toMatchObject({ app: { pid: 7 }, others: [{ pid: 5, comm: 'pilot-agent' }], restarts: 0 });
  });

  it('until the first look with other settings has ended nothing is told of what was seen before', async () => {
    const tree = copyOfProc();
    tree.write({ pid: 7 });
    tree.write({ pid: 8, comm: 'other', startTicks: 200 });
    const { seen, looks, watcher } = await watch(tree.proc);
    expect(seen).toMatchObject({ others: [{ pid: 8 }], descriptors: [{ open: 3 }] });
    expect(looks.has('environ')).toBe(true);
    const between: unknown[] = [];
    let isOver = false;
    const used = watcher.use({ proc: tree.proc, pid: 8 }).finally(() => {
      isOver = true;
    });
    while (!isOver) {
      if (!seen.app) between.push([{ ...seen }, ...looks.keys()]);
      await turn();
    }
    await used;
    expect(between).not.toEqual([]);
    for (const each of between) expect(each).toEqual([{ others: [], descriptors: [], restarts: 0 }]);
    expect(seen).toMatchObject({ app: { pid: 8 }, because: 'target.pid' });
  });

  it('other settings begin anew, the same go on', async () => {
    const tree = copyOfProc();
    tree.write({ pid: 7 });
    tree.write({ pid: 8, comm: 'other', startTicks: 200 });
    const { seen, watcher } = await watch(tree.proc);
    const before = seen.app;
    await watcher.use({ proc: tree.proc, pid: 'auto' });
    expect(seen.app).toBe(before);
    await watcher.use({ proc: tree.proc, pid: 'auto', exe: tree.exe('/usr/bin/other') });
    expect(seen).toMatchObject({ app: { pid: 8 }, because: 'target.exe', restarts: 0 });
  });
});
