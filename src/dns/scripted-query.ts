import { TYPES, typeText } from './codes.ts';
import type { Rule, ScriptedAction, ScriptedQuery } from './script.ts';
import { HEADER_BYTES, lowerAscii, readHeader, readQuestion, readRecord } from './wire.ts';

/** What a server saw: a query, a TCP connection, or bytes that are no query. */
export type SeenQuery = { at: number; proto: 'udp' | 'tcp'; port: number; server: string } & (
  | { name: string; type: string; edns: number | null }
  | { accept: true }
  | { malformed: true }
);

/** How a message came, and how often each name and type has been asked of each server: counted here. */
export interface Arrival extends Pick<ScriptedQuery, 'server' | 'proto' | 'client' | 'at'> {
  counts: Map<string, number>;
}

/** What a server saw in a message, and what its rule makes of it: nothing where it is no query. */
export function consult(
  message: Uint8Array,
  arrival: Arrival,
  rule: Rule,
): { seen: SeenQuery; actions: readonly ScriptedAction[] } {
  const { at, proto, client, server } = arrival;
  const base = { at, proto, port: client.port, server };
  const query = scriptedQuery(message, arrival);
  if (!query) return { seen: { ...base, malformed: true }, actions: [] };
  const { name, type, edns = null } = query;
  return { seen: { ...base, name, type, edns }, actions: [rule(query)].flat() };
}

/** A query's bytes as a rule of the script sees them; undefined where they are no query. */
function scriptedQuery(message: Uint8Array, about: Arrival): ScriptedQuery | undefined {
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
