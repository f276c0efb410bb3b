import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { SourceEvents } from '../../../../src/watch/logs/source.ts';
import { followFiles } from '../../../../src/watch/logs/tail/follow-files.ts';
import type { Timing } from '../../../../src/watch/logs/tail/timing.ts';

/** Counts how often each numbered line comes. */
class Counter implements SourceEvents {
  readonly times: Uint8Array;
  /** Bytes that are no such line. */
  strange = '';
  bytes = 0;
  lostBytes = 0;
  rotations = 0;
  streams = 0;
  ended = 0;

  constructor(lines: number) {
    this.times = new Uint8Array(lines);
  }

  open() {
    let rest = '';
    this.streams++;
    return {
      write: (bytes: Uint8Array) => {
        const lines = (rest + Buffer.from(bytes).toString('latin1')).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) this.#count(line);
      },
      end: () => {
        this.ended++;
        this.strange += rest;
      },
    };
  }

  read(bytes: number) {
    this.bytes += bytes;
  }

  lost(bytes: number) {
    this.lostBytes += bytes;
  }

  rotated() {
    this.rotations++;
  }

  state() {}

  #count(line: string): void {
    const number = Number(/^line (\d+) \.*$/.exec(line)?.[1] ?? Number.NaN);
    if (number in this.times) this.times[number] = (this.times[number] ?? 0) + 1;
    else this.strange += `${line}\n`;
  }
}

interface Run {
  pattern: string;
  mode: 'rename' | 'copytruncate';
  lines: number;
  rotations: number;
  gap?: number;
  timing: Partial<Timing>;
}

/** Follows the writer's log from before its first line until it has ended and all that is left has been read. */
async function run({ pattern, mode, lines, rotations, gap = 0, timing }: Run): Promise<Counter> {
  const dir = mkdtempSync(join(tmpdir(), 'stress-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const counter = new Counter(lines);
  const looked = vi.fn();
  const events = Object.assign(counter, { state: looked });
  const buffer = new Uint8Array(64 * 1024);
  const source = followFiles(
    { pattern: join(dir, pattern), from: 'start', buffer, timing: { rescan: 200, drain: 300, ...timing } },
    events,
  );
  onTestFinished(() => source.stop());
  await vi.waitFor(() => expect(looked).toHaveBeenCalled());
  const writer = join(import.meta.dirname, 'stress-writer.ts');
  const child = spawn(process.execPath, [writer, dir, mode, `${lines}`, `${rotations}`, `${gap}`], {
    stdio: 'inherit',
  });
  expect(await once(child, 'exit')).toEqual([0, null]);
  const done = () => {
    expect(source.lagBytes()).toBe(0);
    expect(counter.times.at(-1)).toBe(1);
  };
  await vi.waitFor(done, { timeout: 15_000, interval: 50 });
  await setTimeout(500); // Nothing tells that nothing more comes: lines that come twice would come at the next looks.
  await source.stop();
  return counter;
}

function tally(times: Uint8Array) {
  const counts = { missing: 0, once: 0, twice: 0 };
  for (const count of times) counts[count === 0 ? 'missing' : count === 1 ? 'once' : 'twice']++;
  return counts;
}

const LOOKS: [string, Partial<Timing>][] = [
  ['at its usual pace', {}],
  ['looking all the time', { active: 2, idle: 2, rescan: 10 }],
  ['looking so seldom that many rotations fall between two looks', { active: 700, idle: 700 }],
];

describe('a writer at full speed', { timeout: 30_000 }, () => {
  it.each(LOOKS)('loses no line in 60 renames, and none comes twice: %s', async (_, timing) => {
    const counter = await run({
      pattern: 'app.log',
      mode: 'rename',
      lines: 1_000_000,
      rotations: 60,
      timing,
    });
    expect(tally(counter.times)).toEqual({ missing: 0, once: 1_000_000, twice: 0 });
    expect(counter).toMatchObject({ strange: '', lostBytes: 0, rotations: 60 });
  });

  it.each(LOOKS)(
    'loses no line in 30 renames where the pattern matches the rotated files too: %s',
    async (_, timing) => {
      const counter = await run({
        pattern: 'app.log*',
        mode: 'rename',
        lines: 300_000,
        rotations: 30,
        timing,
      });
      expect(tally(counter.times)).toEqual({ missing: 0, once: 300_000, twice: 0 });
      expect(counter).toMatchObject({ strange: '', lostBytes: 0 });
    },
  );

  it.each(LOOKS)('loses no line in 40 times of copytruncate: %s', async (_, timing) => {
    for (const pattern of ['app.log', 'app.log*']) {
      const counter = await run({ pattern, mode: 'copytruncate', lines: 200_000, rotations: 40, timing });
      expect(tally(counter.times)).toEqual({ missing: 0, once: 200_000, twice: 0 });
      expect(counter).toMatchObject({ strange: '', lostBytes: 0 });
    }
  });

  it.each(LOOKS)('loses nothing but what copytruncate itself loses: %s', async (_, timing) => {
    const [lines, rotations, gap] = [200_000, 40, 100];
    const counter = await run({ pattern: 'app.log', mode: 'copytruncate', lines, rotations, gap, timing });
    const doubtful = gapLines(lines, rotations, gap);
    const missing = [...counter.times.keys()].filter((line) => counter.times[line] === 0);
    expect(missing.filter((line) => !doubtful.has(line))).toEqual([]);
    expect(tally(counter.times).twice).toBe(0);
    // What it knew of and could not read is counted; what came and went between two looks nobody can know.
    const bytes = (numbers: Iterable<number>) =>
      [...numbers].reduce((sum, line) => sum + lineLength(line), 0);
    expect(counter.bytes + bytes(missing)).toBe(bytes(counter.times.keys()) + counter.strange.length);
    expect(counter.lostBytes + counter.strange.length).toBeLessThanOrEqual(bytes(missing));
  });
});

/** The lines that the writer writes between a copy and the cut after it. */
function gapLines(lines: number, rotations: number, gap: number): Set<number> {
  const numbers = new Set<number>();
  for (let generation = 0; generation < rotations; generation++) {
    const start = Math.floor((lines * (generation + 1)) / (rotations + 1));
    for (let i = 0; i < gap; i++) numbers.add(start + i);
  }
  return numbers;
}

function lineLength(number: number): number {
  return `line ${number} \n`.length + ((number + 1) % 30);
}
