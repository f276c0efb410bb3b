/** A /proc of files, and what may stand in the place of one: dumps of other machines, mounts by mistake, an attacker. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** 100 MB that take no room on a disk. */
const HUGE = 100_000_000;

/** What is there instead of a file, each put where no file is. */
export const OBSTACLES: Readonly<Record<string, (path: string) => void>> = {
  'an empty file': (path) => writeFileSync(path, ''),
  'a newline': (path) => writeFileSync(path, '\n'),
  'a directory': (path) => mkdirSync(path),
  'a FIFO': (path) => execFileSync('mkfifo', [path]),
  'a link to nothing': (path) => symlinkSync('nothing-there', path),
  'a link to itself': (path) => symlinkSync(path, path),
  'a device that gives nothing': (path) => symlinkSync('/dev/null', path),
  'a device that never ends': (path) => symlinkSync('/dev/zero', path),
  'a file of 100 MB': (path) => {
    writeFileSync(path, '');
    truncateSync(path, HUGE);
  },
  'a page of the web': (path) => writeFileSync(path, '<!doctype html>\n<title>404</title>\n'.repeat(50)),
  'numbers too great': (path) => writeFileSync(path, `${'9'.repeat(400)}\n`.repeat(20)),
  'numbers below nothing': (path) => writeFileSync(path, '-1 -1 -1 -1\n'.repeat(20)),
};

/** Takes a file away and puts an obstacle in its place. */
export function obstruct(root: string, file: string, obstacle: string): void {
  const path = join(root, file);
  rmSync(path, { recursive: true, force: true });
  mkdirSync(dirname(path), { recursive: true });
  OBSTACLES[obstacle]?.(path);
}

/**
 * Does something while nothing in a directory can be read by us. Root reads everything, so that root is another user
 * meanwhile.
 */
export async function unreadable(root: string, work: () => Promise<void>): Promise<void> {
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const { parentPath, name } of files) chmodSync(join(parentPath, name), 0);
  chmodSync(root, 0o755);
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65_532);
  try {
    await work();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

/** Every leaf of a record by its path: `udp.samples.0.inuse`. */
export function leavesOf(record: unknown, path = ''): Map<string, unknown> {
  if (typeof record !== 'object' || record === null) return new Map([[path, record]]);
  const entries = record instanceof Map ? [...record] : Object.entries(record);
  return new Map(entries.flatMap(([key, value]) => [...leavesOf(value, path ? `${path}.${key}` : `${key}`)]));
}
