/**
 * Writes numbered lines as fast as it can into a log that it rotates by renaming: app.log.1 is the youngest.
 *
 *   node rotating-writer.ts FILE LINES LINES_PER_FILE
 */
import { closeSync, openSync, renameSync, writeSync } from 'node:fs';

const [file = '', lines = '', perFile = ''] = process.argv.slice(2);
const total = Number(lines);
const each = Number(perFile);
const BLOCK = 500;

for (let first = 0, generation = 0; first < total; first += each, generation++) {
  if (generation > 0) {
    for (let old = generation - 1; old > 0; old--) renameSync(`${file}.${old}`, `${file}.${old + 1}`);
    renameSync(file, `${file}.1`);
  }
  const fd = openSync(file, 'a');
  const end = Math.min(first + each, total);
  for (let n = first; n < end; n += BLOCK) {
    const count = Math.min(BLOCK, end - n);
    writeSync(fd, Array.from({ length: count }, (_, i) => `line ${n + i}\n`).join(''));
  }
  closeSync(fd);
}
