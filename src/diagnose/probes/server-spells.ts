/**
 * Faults of a nameserver as single queries show them: for the rule of each, and
 * for those that leave it to that rule.
 */
import type { CheckResult, PairCheck, ServerCheck, ServerRecord } from '../../journal/probe-record.ts';
import { isHalf } from './pairs.ts';
import { isGoodReply, isOwnError, plainRoundsOf, type Round, replyTo } from './servers.ts';
import { type Spell, spellOf } from './window.ts';

/** Nothing comes over UDP, with EDNS or without, nor for the other type. */
export function silentSpellOf(server: ServerRecord): Spell<Round> | undefined {
  return spellOf(
    plainRoundsOf(server),
    (round) =>
      round.udp.result.kind === 'timeout' &&
      !replyTo(round.udpEdns) &&
      !isHalf(pairOf(server, round)?.twoPorts),
  );
}

/** The pair that was sent in the same round. */
function pairOf({ pairs }: ServerRecord, { at, name }: Round): PairCheck | undefined {
  return pairs.find((pair) => pair.at >= at && pair.name === name);
}

/** A server fills its cache now and then: three slow replies of five are no cold cache. */
const SLOW = { bad: 3, of: 5, good: 3 };

/** Replies come, but late. */
export function slowSpellOf(server: ServerRecord, slowQuery: number): Spell<Round> | undefined {
  return spellOf(
    plainRoundsOf(server),
    ({ udp }) => replyTo(udp) !== undefined && udp.durationMs >= slowQuery,
    SLOW,
  );
}

/** The kernel says that the server is not to be had. */
export function unreachableSpellOf(server: ServerRecord): Spell<Round> | undefined {
  return spellOf(plainRoundsOf(server), ({ udp }) => isUnreachable(udp));
}

function isUnreachable(check: ServerCheck): boolean {
  return check.result.kind === 'error' && !isOwnError(check);
}

/**
 * A plain query is answered, the same one with EDNS is not. A reply without OPT
 * is no rejection: the server has none.
 */
export function ednsSpellOf(server: ServerRecord): Spell<Round> | undefined {
  const rounds = plainRoundsOf(server).filter(({ udpEdns }) => udpEdns);
  return spellOf(
    rounds,
    ({ udp, udpEdns }) => isGoodReply(udp.result) && udpEdns !== undefined && rejects(udpEdns.result),
  );
}

/** Whatever the server says of the name it says to the plain query too: SERVFAIL here is of EDNS. */
function rejects(result: CheckResult): boolean {
  return ['reply', 'timeout', 'malformed'].includes(result.kind) && !isGoodReply(result);
}
