import { TYPES, typeText } from './codes.ts';
import type { ScriptedQuery } from './script.ts';
import { HEADER_BYTES, lowerAscii, readHeader, readQuestion, readRecord } from './wire.ts';

/** What a server saw: a query, a TCP connection, or bytes that are no query. */
export type SeenQuery = { at: number; proto: 'udp' | 'tcp'; port: number; server: string } & (
  | { name: string; type: string; edns: number | null }
  | { accept: true }
  | { malformed: true }
);

/** A query's bytes as a rule of the script sees them; undefined where they are no query. */
export function scriptedQuery(
  message: Uint8Array,
  about: Pick<ScriptedQuery, 'server' | 'proto' | 'client' | 'at'> & { counts: Map<string, number> },
): ScriptedQuery | undefined {
  const header = readHeader(message);
  const question = readQuestion(message, HEADER_BYTES);
  if (!header || header.response || !question) return undefined;
  const { counts, ...rest } = about;
  const name = question.labels.join('.');
  const type = typeText(question.type);
  const key = `${rest.server} ${lowerAscii(name)} ${type}`;
  const nth = (counts.get(key) ?? 0) + 1;
  counts.set(key, nth);
  const additional = header.additionals > 0 ? readRecord(message, question.end) : undefined;
  const edns = additional?.type === TYPES.OPT ? additional.class : undefined;
  return { ...rest, name, type, edns, nth, message };
}
