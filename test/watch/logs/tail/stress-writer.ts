/**
 * An app and its rotator at full speed: writes numbered lines to DIR/app.log and rotates it again and again.
 * Usage: stress-writer.ts DIR rename|copytruncate LINES ROTATIONS GAP
 * GAP is how many lines are written between the copy and the cut, which copytruncate itself loses.
 */
import { closeSync, copyFileSync, openSync, renameSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const [dir = '', mode = '', ...numbers] = process.argv.slice(2);
const [lines = 0, rotations = 0, gap = 0] = numbers.map(Number);
const log = join(dir, 'app.log');
const BATCH = 100;

let fd = openSync(log, 'a');
let written = 0;

function write(count: number): void {
  let text = '';
  for (let i = 0; i < count; i++) text += `line ${written++} ${'.'.repeat(written % 30)}\n`;
  writeSync(fd, text);
}

function rotate(generation: number): void {
  for (let i = generation; i > 0; i--) renameSync(`${log}.${i}`, `${log}.${i + 1}`);
  if (mode === 'rename') {
    renameSync(log, `${log}.1`);
    const old = fd;
    fd = openSync(log, 'ax');
    closeSync(old);
  } else {
    copyFileSync(log, `${log}.1`);
    write(gap);
    truncateSync(log);
  }
}

for (let generation = 0; generation <= rotations; generation++) {
  const until = Math.floor((lines * (generation + 1)) / (rotations + 1));
  while (written < until) write(Math.min(BATCH, until - written));
  if (generation < rotations) rotate(generation);
}
