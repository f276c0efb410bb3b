/** The process watcher where /proc is not the kernel's, or changes under it: no crash, no hang, nothing made up of two processes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { createJournal } from '../../../src/journal/journal.ts';
import type { Look, Watcher } from '../../../src/journal/looks.ts';
import { type ProcessSettings, watchProcess } from '../../../src/watch/process/watch-process.ts';
import { leavesOf, OBSTACLES, obstruct, unreadable } from '../hostile-tree.ts';
import { LookClock, ProcTree } from './proc-tree.ts';

/** A look at what is slower than this is a hang, ms. */
const HANG_MS = 3_000;

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function watch(proc: string, wish: Partial<ProcessSettings> = {}) {
  const world = new LookClock();
  const journal = createJournal(world.clock);
  const said: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => void said.push(line) });
  const watcher = watchProcess(journal, log, world);
  ends.push(watcher.stop);
  const began = performance.now();
  await watcher.use({ proc, pid: 7, ...wish });
  expect(performance.now() - began).toBeLessThan(HANG_MS);
  return { seen: journal.processes, looks: journal.kernel.looks, world, said };
}

/** The application, with every part of it. */
function treeOfApp(): ProcTree {
  const tree = new ProcTree();
  ends.push(() => tree.remove());
  tree.write({
    pid: 7,
    comm: 'server',
    startTicks: 250,
    maps: '7f00-7f10 r-xp 00000000 fe:00 42                         /lib/ld-musl-x86_64.so.1\n',
    environ: 'GODEBUG=netdns=cgo\0LOCALDOMAIN=x.test\0',
    root: {
      'etc/resolv.conf': 'nameserver 192.0.2.53\n',
      'etc/hosts': '192.0.2.1 a\n',
      'etc/nsswitch.conf': 'hosts: dns\n',
    },
  });
  return tree;
}

/** What each file tells of; absent: nothing says that it is missing. */
const FILES: Readonly<Record<string, Watcher | undefined>> = {
  stat: undefined,
  '7/stat': 'process',
  '7/status': 'process',
  '7/cmdline': undefined,
  '7/exe': 'exe',
  '7/limits': 'limits',
  '7/environ': 'environ',
  '7/maps': 'maps',
  '7/fd': 'fds',
  '7/root': 'files',
  '7/root/etc/resolv.conf': 'files',
  '7/root/etc/hosts': 'files',
  '7/root/etc/nsswitch.conf': 'files',
};

async function factsOf(tree: ProcTree) {
  const watched = await watch(tree.proc);
  // Each tree has a place of its own.
  const facts = [...leavesOf(watched.seen.app ?? {})].filter(([path]) => !/modified|^root$|^exe$/.test(path));
  return { ...watched, facts: new Map(facts) };
}

/** Texts of a resolver's files and variables may be anything: it is for the resolver to read them. */
const TEXTS = /^(files|environment)\b/;

/** What is told of the application that is not so. */
function madeUp(facts: ReadonlyMap<string, unknown>, real: ReadonlyMap<string, unknown>): string[] {
  return [...facts].flatMap(([path, value]) =>
    TEXTS.test(path) || real.get(path) === value ? [] : [`${path}: ${value}`],
  );
}

/** Texts get to a terminal. */
function expectPrintable(looks: ReadonlyMap<Watcher, Look>): void {
  for (const look of looks.values()) if (look.state !== 'ok') expect(look.why).not.toMatch(/\p{C}/u);
}

/** What a process without variables, and one whose binary cannot be told, has. */
const ORDINARY =
  /^7\/environ: (an empty file|a newline|a page|numbers)|^7\/exe: a (device|link)|^7\/root\/etc/;

describe('where a file of the application is', () => {
  it.each(Object.keys(OBSTACLES))('%s', async (obstacle) => {
    const { facts: real } = await factsOf(treeOfApp());
    for (const [file, watcher] of Object.entries(FILES)) {
      const tree = treeOfApp();
      obstruct(tree.proc, file, obstacle);
      const { facts, looks, said } = await factsOf(tree);
      // A directory with nothing in it is a process without descriptors, and a root without files.
      const isOrdinary =
        ORDINARY.test(`${file}: ${obstacle}`) || /^7.(fd|root): a directory/.test(`${file}: ${obstacle}`);
      if (!isOrdinary) expect(madeUp(facts, real), file).toEqual([]);
      expect(said, file).toEqual([]);
      expectPrintable(looks);
      if (watcher !== undefined && !isOrdinary) expect(looks.get(watcher)?.state, file).not.toBe('ok');
    }
  });
});

it('of random bytes nothing is told', async () => {
  const { facts: real } = await factsOf(treeOfApp());
  const files = Object.keys(FILES).filter((file) => !/fd$|root/.test(file));
  const bytes = fc.uint8Array({ minLength: 40, maxLength: 4_000 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...files), bytes, async (file, text) => {
      const tree = treeOfApp();
      rmSync(join(tree.proc, file));
      writeFileSync(join(tree.proc, file), text);
      const { facts, looks, said } = await factsOf(tree);
      expect(madeUp(facts, real)).toEqual([]);
      expect(said).toEqual([]);
      expectPrintable(looks);
    }),
    { numRuns: 100 },
  );
});

it('what may not be read is not told, and why', async () => {
  const tree = treeOfApp();
  await unreadable(tree.path, async () => {
    const { seen, looks, said } = await watch(tree.proc);
    expect(seen.app).toBeUndefined();
    expect(looks.get('process')?.state).not.toBe('ok');
    expect(said).toEqual([]);
  });
});

it('processes that follow one another at one number are never mixed up', async () => {
  const tree = treeOfApp();
  // One that has ended does not come back: each is of a later time.
  const generations = Array.from({ length: 300 }, (_, nth) => 1_000 + nth);
  for (const pid of generations) {
    tree.write({ pid, comm: `app-${pid}`, startTicks: pid, uid: pid, environ: `GODEBUG=netdns=${pid}\0` });
  }
  const { seen, world, said } = await watch(tree.proc);
  const number = join(tree.proc, '7');
  let isOver = false;
  const following = (async () => {
    for (const pid of generations) {
      renameSync(number, join(tree.path, `before-${pid}`));
      renameSync(join(tree.proc, `${pid}`), number);
      // A look takes some turns of the event loop: it meets one, two or many of them.
      for (let turns = 0; turns < pid % 23; turns++) await turn();
    }
    isOver = true;
  })();
  const told: string[] = [];
  async function look(): Promise<void> {
    await world.looks();
    if (!seen.app || seen.app.comm === 'server') return;
    const { comm, startTicks, uid, environment } = seen.app;
    told.push(`${comm} ${startTicks} ${uid} ${environment?.GODEBUG}`);
  }
  while (!isOver) await look();
  await following;
  // The last one stays.
  await look();
  expect(told.at(-1)).toBe('app-1299 1299 1299 netdns=1299');
  expect(told.filter((each) => !/^app-(\d+) \1 \1 netdns=\1$/.test(each))).toEqual([]);
  expect(said).toEqual([]);
});

it('real processes that end at once are told as they were or not at all', async () => {
  const sleep = join(treeOfApp().path, 'short sleep');
  copyFileSync('/bin/sleep', sleep);
  chmodSync(sleep, 0o755);
  const { seen, world, said } = await watch('/proc', { pid: 'auto', exe: sleep });
  const pids = new Set<number | undefined>();
  let isOver = false;
  const starting = (async () => {
    for (let count = 0; count < 40; count++) {
      const child = spawn(sleep, ['0.02'], { stdio: 'ignore' });
      pids.add(child.pid);
      await once(child, 'exit');
    }
    isOver = true;
  })();
  while (!isOver) {
    await world.looks();
    if (!seen.app) continue;
    const { pid, exe, uid } = seen.app;
    expect({ exe, uid, known: pids.has(pid) }).toEqual({ exe: sleep, uid: process.geteuid?.(), known: true });
  }
  await starting;
  expect(said).toEqual([]);
});
