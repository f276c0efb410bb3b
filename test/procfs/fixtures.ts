import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createConntrackTableParser } from '../../src/procfs/conntrack-table.ts';
import { createUdpTableParser, type UdpSocket } from '../../src/procfs/udp-table.ts';

const root = join(import.meta.dirname, '../fixtures/proc');

/** Trees below /proc; where each is from says test/fixtures/proc/README.md. */
export const KERNELS = ['5.4', '5.10', '5.15', '6.1', '6.18'] as const;
export type Kernel = (typeof KERNELS)[number];

export function bytesOf(kernel: Kernel, file: string): Buffer {
  return readFileSync(join(root, kernel, file));
}

/** As readProc gives it: a character is a byte. */
export function textOf(kernel: Kernel, file: string): string {
  return bytesOf(kernel, file).toString('latin1');
}

/** Every file of a name of all kernels, as text. */
export function textsOf(file: string): string[] {
  return globSync(`*/${file}`, { cwd: root }).map((path) => readFileSync(join(root, path), 'latin1'));
}

/** All sockets of a table that comes in these chunks. */
export function socketsOf(chunks: Iterable<Uint8Array>, file = 'net/udp'): UdpSocket[] {
  const sockets: UdpSocket[] = [];
  const parser = createUdpTableParser(file, (socket) => sockets.push({ ...socket }));
  for (const chunk of chunks) parser.write(chunk);
  parser.end();
  return sockets;
}

/** What a conntrack table holds that comes in these chunks. */
export function flowsOf(chunks: Iterable<Uint8Array>) {
  const parser = createConntrackTableParser();
  for (const chunk of chunks) parser.write(chunk);
  return parser.end();
}

/** `bytes` cut at these places. */
export function cutAt(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const sorted = [0, ...places.map((place) => place % (bytes.length + 1)), bytes.length].sort(
    (a, b) => a - b,
  );
  return sorted.slice(1).map((end, nth) => bytes.subarray(sorted[nth], end));
}
