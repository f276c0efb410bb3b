import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { LogStream, SourceEvents } from '../../../../src/watch/logs/source.ts';
import { followFiles } from '../../../../src/watch/logs/tail/follow-files.ts';

const LINES = 1_000_000;
const directory = mkdtempSync(join(tmpdir(), 'netdns-full-speed-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** How often each numbered line came, and what else was told. */
function createTally() {
  const seen = new Uint8Array(LINES);
  const tally = { seen, lines: 0, lost: 0, rotations: 0, strays: 0 };
  const open = (): LogStream => {
    let rest = '';
    const take = (line: string) => {
      const number = Number(/^line (\d+)$/.exec(line)?.[1] ?? Number.NaN);
      if (number >= 0 && number < LINES) seen[number] = (seen[number] ?? 0) + 1;
      else tally.strays++;
      tally.lines++;
    };
    return {
      write(bytes) {
        const lines = (rest + Buffer.from(bytes).toString('latin1')).split('\n');
        rest = lines.pop() ?? '';
        lines.forEach(take);
      },
      end() {
        if (rest !== '') take(rest);
      },
    };
  };
  const events: SourceEvents = {
    open,
    read: () => {},
    state: () => {},
    rotated: () => {
      tally.rotations++;
    },
    lost: (bytes) => {
      tally.lost += bytes;
    },
  };
  return { tally, events };
}

describe('a writer at full speed, a million lines over many renames', () => {
  it.each([
    ['looking often', 66, {}],
    ['looking so seldom that several rotations come between', 66, { active: 400, idle: 400 }],
  ])(
    '%s: none is lost, none comes twice',
    async (name, files, timing) => {
      const file = join(directory, `${name.replaceAll(' ', '-')}.log`);
      const { tally, events } = createTally();
      const source = followFiles(
        { pattern: file, from: 'start', buffer: Buffer.alloc(262_144), timing },
        events,
      );
      const perFile = Math.ceil(LINES / files);
      const writer = spawn(
        process.execPath,
        [join(import.meta.dirname, 'rotating-writer.ts'), file, `${LINES}`, `${perFile}`],
        {
          stdio: 'inherit',
        },
      );
      expect(await new Promise((resolve) => writer.once('exit', resolve))).toBe(0);
      await expect.poll(() => tally.lines, { timeout: 20_000 }).toBeGreaterThanOrEqual(LINES);
      await source.stop();
      expect(tally).toMatchObject({
        lines: LINES,
        lost: 0,
        strays: 0,
        rotations: Math.ceil(LINES / perFile) - 1,
      });
      expect(tally.seen.every((count) => count === 1)).toBe(true);
    },
    60_000,
  );
});
