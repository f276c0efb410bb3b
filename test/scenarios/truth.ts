import { readdirSync, readFileSync } from 'node:fs';
import { type ResultRow, type SeenRow, type TruthFile, truthFile } from './truth-file.ts';

/** What the real resolver was seen to do in one scenario; test/fixtures/wire/README.md says how. */
export interface Truth {
  /** One a lookup; of the tools only whether they found an address. */
  results: readonly Result[];
  queries: readonly Seen[];
}

/** `addresses` are the first eight. */
export interface Result {
  outcome: string;
  error: string;
  ipv4: number;
  ipv6: number;
  addresses: readonly string[];
  seconds: number;
}

/** A query that a server saw, or a TCP connection (without a name), or bytes that are no query (`bad`). */
export interface Seen {
  /** Since the first one. */
  atMs: number;
  proto: 'udp' | 'tcp' | 'bad';
  /** Those from one source port have one number. */
  port: number;
  server?: string;
  name?: string;
  type?: string;
  edns?: number | null;
}

const DIRECTORY = new URL('../fixtures/wire/', import.meta.url);

/** The truth of one resolver by scenario. */
export function readTruth(resolver: string): ReadonlyMap<string, Truth> {
  const rows = JSON.parse(readFileSync(truthFile(resolver), 'utf8')) as TruthFile;
  return new Map(
    Object.entries(rows).map(([name, { results, queries }]) => [
      name,
      { results: results.map(resultOf), queries: queries.map(seenOf) },
    ]),
  );
}

/** The resolvers of which there is truth, by the names of their models. */
export function knownResolvers(): string[] {
  const files = readdirSync(DIRECTORY).filter((file) => file.endsWith('.json'));
  return files.map((file) => file.replace(/\.json$/, ''));
}

function resultOf([outcome, error, ipv4, ipv6, addresses, seconds]: ResultRow): Result {
  return { outcome, error, ipv4, ipv6, addresses, seconds };
}

function seenOf([atMs, proto, port, server, name, type, edns]: SeenRow): Seen {
  return {
    atMs,
    proto,
    port,
    ...(server !== undefined && { server }),
    ...(name !== undefined && { name }),
    ...(type !== undefined && { type }),
    ...(edns !== undefined && { edns }),
  };
}
