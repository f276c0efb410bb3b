import { closeSync, existsSync, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** xorshift32: the same file on every machine, without keeping a copy of it. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

type Random = ReturnType<typeof randomFrom>;

function pick(random: Random, words: readonly string[]): string {
  return words[random(words.length)] ?? '';
}

const METHODS = ['GET', 'GET', 'GET', 'POST', 'PUT', 'DELETE'];
const PATHS = [
  '/api/v1/orders/recent',
  '/api/v1/users/profile',
  '/healthz',
  '/api/v1/cart/items',
  '/v2/search',
];
const WORK = [
  'cache miss',
  'order placed',
  'token refreshed',
  'job done',
  'request completed',
  'retrying later',
];
const PACKAGES = ['server', 'worker', 'store', 'billing', 'queue', 'auth'];

function clock(random: Random): string {
  const two = (below: number) => String(random(below)).padStart(2, '0');
  return `2026-11-23T${two(24)}:${two(60)}:${two(60)}.${String(random(1000)).padStart(3, '0')}Z`;
}

function hex(random: Random): string {
  return random(0x7fffffff).toString(16).padStart(8, '0');
}

/** What Go services write in a day's work: zap's JSON, logfmt, the standard logger, an access log, klog. */
const ORDINARY: readonly ((random: Random) => string)[] = [
  (r) =>
    `{"level":"info","ts":"${clock(r)}","caller":"${pick(r, PACKAGES)}/handler.go:${r(900)}","msg":"${pick(r, WORK)}","id":${r(1e6)},"trace":"${hex(r)}${hex(r)}"}`,
  (r) =>
    `time=${clock(r)} level=INFO msg="${pick(r, WORK)}" component=${pick(r, PACKAGES)} user=${r(1e5)} duration=${r(900)}ms status=200 trace=${hex(r)}${hex(r)}`,
  (r) =>
    `2026/11/23 09:21:${10 + r(50)} ${pick(r, PACKAGES)}: ${pick(r, WORK)} for customer ${r(1e6)}, ${r(40)} items, total ${r(900)}.${10 + r(90)} EUR, session ${hex(r)}`,
  (r) =>
    `10.42.${r(256)}.${r(256)} - - [23/Nov/2026:09:21:${10 + r(50)} +0000] "${pick(r, METHODS)} ${pick(r, PATHS)}?id=${r(1e6)} HTTP/1.1" 200 ${r(90000)} "-" "okhttp/4.9.${r(9)}"`,
  (r) =>
    `I1123 09:21:${10 + r(50)}.${100000 + r(899999)}       1 ${pick(r, PACKAGES)}.go:${r(900)}] "${pick(r, WORK)}" pod="prod/${pick(r, PACKAGES)}-${hex(r)}" revision=${r(1e5)} elapsed=${r(900)}ms`,
];

function lookup(random: Random): string {
  const host = `${pick(random, ['db', 'api', 'mail', 'redis'])}-${random(100_000)}.prod`;
  return `go package net: hostLookupOrder(${host}) = files,dns`;
}

/** Text of at least `bytes` bytes, all ASCII, ending in a whole line; `matching` lines in a thousand are lookups. */
function makeText(random: Random, bytes: number, matching: number): string {
  let text = '';
  while (text.length < bytes) {
    const line = random(1000) < matching ? lookup(random) : ORDINARY[random(ORDINARY.length)]?.(random);
    text += `${line}\n`;
  }
  return text;
}

/** Makes the log at `path` unless a whole one is there; `matching` lines in a thousand are Go's lookup lines. */
export function ensureLog(path: string, bytes: number, matching: number): void {
  if (existsSync(path) && statSync(path).size >= bytes) return;
  mkdirSync(dirname(path), { recursive: true });
  const random = randomFrom(1 + matching);
  const part = `${path}.part`;
  const fd = openSync(part, 'w');
  for (let written = 0; written < bytes; ) {
    written += writeSync(fd, makeText(random, Math.min(1 << 20, bytes - written), matching));
  }
  closeSync(fd);
  renameSync(part, path);
}
