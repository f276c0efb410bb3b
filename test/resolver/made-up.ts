/** Answers, files and a machine that the tests of all models of libc and Go make lookups of. */
import type { Rule, ScriptedAction } from '../../src/dns/script.ts';
import type { LookupRecord } from '../../src/resolver/lookup-record.ts';
import type { FileText, Interface } from '../../src/resolver/sources.ts';

export const OK = { a: ['192.0.2.10'], aaaa: ['2001:db8::10'] };
export const SERVFAIL = { rcode: 2 };
export const REFUSED = { rcode: 5 };
export const ABSENT: FileText = { state: 'absent' };
export const LOOPBACK: readonly Interface[] = [
  { address: '127.0.0.1', prefix: 8 },
  { address: '::1', prefix: 128 },
];

/** One for A, one for AAAA. */
export const byType =
  (a: ScriptedAction, aaaa: ScriptedAction): Rule =>
  ({ type }) =>
    type === 'A' ? a : aaaa;

export const file = (text: string, modified = 0): FileText => ({ state: 'ok', text, modified });

/** A file from its text, or as it is. */
export function fileOf(text: string | FileText): FileText {
  return typeof text === 'string' ? file(text) : text;
}

/** Servers by address; one alone is 127.0.0.2's. */
export type Servers = Readonly<Record<string, Rule>> | Rule;
export function serversOf(servers: Servers): Readonly<Record<string, Rule>> {
  return typeof servers === 'function' ? { '127.0.0.2': servers } : servers;
}

/** `A 0, AAAA 0, A tcp 2500`: which types when, in whole ms. */
export function sent({ queries }: LookupRecord): string {
  return queries
    .map(({ type, atMs, proto }) => `${type}${proto === 'tcp' ? ' tcp' : ''} ${Math.floor(atMs)}`)
    .join(', ');
}
