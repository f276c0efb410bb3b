/** What scripted servers say, in words that scenarios share. */
import type { Rule, ScriptedAction, ScriptedReply } from '../../src/dns/script.ts';

/** Both families answered. */
export const OK = { a: ['192.0.2.10'], aaaa: ['2001:db8::10'] } satisfies ScriptedReply;
export const NXDOMAIN = { rcode: 3, soa: true } satisfies ScriptedReply;
export const NODATA = { soa: true } satisfies ScriptedReply;
export const FORMERR = { rcode: 1 } satisfies ScriptedReply;
export const SERVFAIL = { rcode: 2 } satisfies ScriptedReply;
export const NOTIMP = { rcode: 4 } satisfies ScriptedReply;
export const REFUSED = { rcode: 5 } satisfies ScriptedReply;
/** NOERROR, nothing in it, no recursion: a lame server's answer. */
export const LAME = { ra: false } satisfies ScriptedReply;

/** An answer that comes after so many ms. */
export const late = (delayMs: number, reply: ScriptedReply = OK): ScriptedReply => ({ ...reply, delayMs });

/** One for A, one for AAAA queries. */
export const byType =
  (a: ScriptedAction, aaaa: ScriptedAction): Rule =>
  ({ type }) =>
    type === 'A' ? a : aaaa;

/** By the name in any case; NXDOMAIN or another for all other names. */
export const byName =
  (answers: Readonly<Record<string, ScriptedAction | Rule>>, otherwise: ScriptedAction = NXDOMAIN): Rule =>
  (query) => {
    const answer = answers[query.name.toLowerCase()] ?? otherwise;
    return typeof answer === 'function' ? answer(query) : answer;
  };

/** One over UDP, one over TCP. */
export const byProto =
  (udp: ScriptedAction, tcp: ScriptedAction): Rule =>
  ({ proto }) =>
    proto === 'udp' ? udp : tcp;

/** A truncated answer over UDP, the whole one over TCP. */
export const truncated = (tcp: ScriptedAction, partial: ScriptedReply = {}): Rule =>
  byProto({ tc: true, ...partial }, tcp);

/** `count` addresses of either family: 192.0.2.1 …, 2001:db8::1 …. */
export const many = (a: number, aaaa = a) => ({
  a: Array.from({ length: a }, (_, i) => `192.0.2.${i + 1}`),
  aaaa: Array.from({ length: aaaa }, (_, i) => `2001:db8::${(i + 1).toString(16)}`),
});
