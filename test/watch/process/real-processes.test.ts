import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, expect, it } from 'vitest';
import { createJournal } from '../../../src/journal/journal.ts';
import { type ProcessSettings, watchProcess } from '../../../src/watch/process/watch-process.ts';
import { LookClock } from './proc-tree.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A program that does nothing, by a path that no other process has. */
function ownSleep(): string {
  const directory = mkdtempSync(join(tmpdir(), 'netdns-sleep-'));
  ends.push(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'sleeping app');
  copyFileSync('/bin/sleep', path);
  chmodSync(path, 0o755);
  return path;
}

async function start(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<ChildProcess> {
  const child = spawn(program, args, { env, stdio: 'ignore' });
  ends.push(() => end(child));
  // libuv tells it when execve(2) has succeeded.
  await once(child, 'spawn');
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function watch(wish: Partial<ProcessSettings>) {
  const world = new LookClock();
  const journal = createJournal(world.clock);
  const said: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => said.push(line) });
  const watcher = watchProcess(journal, log, world);
  ends.push(watcher.stop);
  await watcher.use({ proc: '/proc', pid: 'auto', ...wish });
  return { seen: journal.processes, looks: journal.kernel.looks, world, said };
}

it('a program of ours is seen wholly', async () => {
  const env = { GODEBUG: 'netdns=cgo', TOKEN: 'hunter2', PATH: process.env.PATH };
  const { pid } = await start(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], env);
  const { seen, looks } = await watch({ pid: pid ?? 0 });
  expect(seen.app).toMatchObject({
    pid,
    exe: process.execPath,
    isGo: false,
    uid: process.geteuid?.(),
    gid: process.getegid?.(),
    environment: { GODEBUG: 'netdns=cgo' },
    root: `/proc/${pid}/root`,
    sameNetwork: true,
    files: { hosts: { state: 'ok' } },
  });
  expect(seen.app?.fds).toBeGreaterThan(2);
  expect(seen.app?.openFiles?.soft).toBeGreaterThan(2);
  // Clock ticks, and a clock that may have been set since the machine was started.
  expect(Math.abs(Date.now() - (seen.app?.started ?? 0))).toBeLessThan(60_000);
  expect([...looks.values()].filter(({ state }) => state !== 'ok')).toEqual([]);
  expect(JSON.stringify(seen)).not.toContain('hunter2');
});

it('a program is found by its path, and when it is started again', async () => {
  const exe = ownSleep();
  const first = await start(exe, ['1000']);
  const { seen, world } = await watch({ exe });
  expect(seen).toMatchObject({ app: { pid: first.pid, exe, comm: 'sleeping app' }, because: 'target.exe' });
  await end(first);
  await world.looks();
  expect(seen.app).toBeUndefined();
  const second = await start(exe, ['1000']);
  await world.looks();
  expect(seen).toMatchObject({ app: { pid: second.pid }, restarts: 1 });
});

it('a binary that was replaced under it has its path still', async () => {
  const exe = ownSleep();
  const { pid } = await start(exe, ['1000']);
  rmSync(exe);
  expect((await watch({ exe })).seen.app).toMatchObject({ pid, exe });
});

it('processes that come and go while it looks are no fault', async () => {
  const { seen, world, said } = await watch({ exe: '/nowhere' });
  const churn = Array.from({ length: 4 }, async () => {
    for (let count = 0; count < 25; count++) await once(spawn('/bin/true', { stdio: 'ignore' }), 'exit');
  });
  let isOver = false;
  const churned = Promise.all(churn).then(() => {
    isOver = true;
  });
  while (!isOver) await world.looks();
  await churned;
  expect(seen.app).toBeUndefined();
  expect(said).toEqual([]);
});
