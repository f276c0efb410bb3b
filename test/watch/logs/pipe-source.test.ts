import { execFileSync, spawn } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { SourceState } from '../../../src/journal/source-record.ts';
import { followPipe } from '../../../src/watch/logs/pipe-source.ts';
import type { LogSource, SourceEvents } from '../../../src/watch/logs/source.ts';

const directory = mkdtempSync(join(tmpdir(), 'netdns-pipe-'));
const running: LogSource[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((source) => source.stop()));
  rmSync(directory, { recursive: true, force: true });
});

function follow(path: string) {
  const told = { text: '', ended: 0, states: [] as SourceState['state'][], whys: [] as string[] };
  const events: SourceEvents = {
    open: () => ({
      write(bytes) {
        told.text += Buffer.from(bytes).toString();
      },
      end() {
        told.ended++;
      },
    }),
    read: () => {},
    lost: () => {},
    rotated: () => {},
    state(state) {
      told.states.push(state.state);
      if (state.state !== 'ok') told.whys.push(state.why);
    },
  };
  const source = followPipe({ kind: 'fifo', path }, events);
  running.push(source);
  return { told, source };
}
function makeFifo(name: string): string {
  execFileSync('mkdir', ['-p', directory]);
  const path = join(directory, name);
  execFileSync('mkfifo', [path]);
  return path;
}
/** Opens the FIFO as a program with its stderr in it does, writes, and closes it. */
function write(path: string, text: string): void {
  const fd = openSync(path, constants.O_WRONLY);
  writeSync(fd, text);
  closeSync(fd);
}
const until = (what: () => unknown, expected: unknown) =>
  expect.poll(what, { timeout: 5_000 }).toEqual(expected);

it('stays when the writer goes, and reads what the next one writes', async () => {
  const fifo = makeFifo('a');
  const { told } = follow(fifo);
  await until(() => told.states.at(-1), 'ok');
  write(fifo, 'first\n');
  await until(() => told.text, 'first\n');
  write(fifo, 'second\n');
  await until(() => told.text, 'first\nsecond\n');
});

it('drains a pipe that is full: the writer is not held up', async () => {
  const fifo = makeFifo('b');
  const { told } = follow(fifo);
  await until(() => told.states.at(-1), 'ok');
  // A pipe holds 64 KiB.
  const writer = spawn('sh', ['-c', `head -c 5000000 /dev/zero > ${fifo}`]);
  expect(await new Promise((resolve) => writer.once('exit', resolve))).toBe(0);
  await until(() => told.text.length, 5_000_000);
});

it('waits for a FIFO that is not there yet', async () => {
  const path = join(directory, 'later');
  const { told } = follow(path);
  await until(() => told.states, ['missing']);
  expect(told.whys[0]).toContain(path);
  makeFifo('later');
  await until(() => told.states.at(-1), 'ok');
  write(path, 'x\n');
  await until(() => told.text, 'x\n');
});

it('says that a file is no FIFO', async () => {
  makeFifo('unused');
  const path = join(directory, 'plain.log');
  writeFileSync(path, 'x\n');
  const { told } = follow(path);
  await until(() => told.states, ['not-a-file']);
  expect(told.whys[0]).toContain('plain.log');
  expect(told.text).toBe('');
});

it('ends its stream when it is stopped', async () => {
  const fifo = makeFifo('c');
  const { told, source } = follow(fifo);
  await until(() => told.states.at(-1), 'ok');
  write(fifo, 'half a line');
  await until(() => told.text, 'half a line');
  await source.stop();
  expect(told.ended).toBe(1);
});
