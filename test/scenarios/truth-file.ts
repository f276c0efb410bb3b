import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Result, Seen, Truth } from './truth.ts';

/** A file of test/fixtures/wire: rows by scenario. */
export type TruthFile = Record<string, { results: ResultRow[]; queries: SeenRow[] }>;
export type ResultRow = [string, string, number, number, readonly string[], number];
export type SeenRow = [number, Seen['proto'], number, string?, string?, string?, (number | null)?];

/** Where the truth of a resolver is kept. */
export function truthFile(resolver: string): URL {
  return new URL(`../fixtures/wire/${resolver}.json`, import.meta.url);
}

/** Adds what a resolver did to its file, in place of what was there of the same scenarios; one scenario a line. */
export function addTruth(resolver: string, truths: ReadonlyMap<string, Truth>): void {
  const file = truthFile(resolver);
  const rows: TruthFile = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  for (const [name, { results, queries }] of truths)
    rows[name] = { results: results.map(resultRow), queries: queryRows(queries) };
  const lines = Object.keys(rows)
    .sort()
    .map((name) => `${JSON.stringify(name)}: ${JSON.stringify(rows[name])}`);
  writeFileSync(file, `{\n${lines.join(',\n')}\n}\n`);
}

function resultRow({ outcome, error, ipv4, ipv6, addresses, seconds }: Result): ResultRow {
  return [outcome, error, ipv4, ipv6, addresses, Number(seconds.toFixed(3))];
}

/** Times from the first query on, source ports numbered in the order they were used. */
function queryRows(queries: readonly Seen[]): SeenRow[] {
  const ports = new Map<string, number>();
  const began = queries[0]?.atMs ?? 0;
  return queries.map(({ atMs, proto, port, server = '', name, type = '', edns = null }): SeenRow => {
    const key = `${proto} ${port}`;
    const number = ports.get(key) ?? ports.size + 1;
    ports.set(key, number);
    const at = Math.round(atMs - began);
    if (proto === 'bad') return [at, proto, number];
    return name === undefined ? [at, proto, number, server] : [at, proto, number, server, name, type, edns];
  });
}
