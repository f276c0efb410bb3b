/** What became of A and AAAA that were sent one right after the other. */
import type { Lost, PairCheck, ProbeLookup, ProbeRecord } from '../../journal/probe-record.ts';
import { appWindowOf, factsFor, partsOf } from './models.ts';
import { candidatesOf, isGood } from './transcripts.ts';
import { type Spell, spellOf } from './window.ts';

/** Whether one reply came and the other did not. */
export function isHalf(lost: Lost | undefined): boolean {
  return lost === 'a' || lost === 'aaaa';
}

/** From one port one of the two is lost, from two ports none. */
function onlyFromOnePort({ onePort, twoPorts }: PairCheck): boolean {
  return isHalf(onePort) && twoPorts === 'none';
}

/**
 * The path lets one reply through a port: three pairs in a row lose what came
 * second, or what came first, whatever its type.
 */
export function oneReplySpellOf(pairs: readonly PairCheck[]): Spell<PairCheck> | undefined {
  const spell = spellOf(pairs, onlyFromOnePort, ONE_REPLY);
  const places = new Set(spell?.bad.map(lostPlace));
  return places.size === 1 ? spell : undefined;
}

/** A in one round goes first and in the next AAAA: three in a row have both. */
const ONE_REPLY = { bad: 3, of: 3, good: 2 };

function lostPlace({ first, onePort }: PairCheck): 'first' | 'second' {
  return (first === 'A') === (onePort === 'a') ? 'first' : 'second';
}

/** Pairs without the runs that {@link oneReplySpellOf} is about, and without what may yet become one. */
export function withoutOneReplyRuns(pairs: readonly PairCheck[]): PairCheck[] {
  const runs: PairCheck[][] = [];
  for (const pair of pairs) {
    const run = runs.at(-1);
    if (run?.[0] && onlyFromOnePort(run[0]) && onlyFromOnePort(pair) && lostPlace(run[0]) === lostPlace(pair))
      run.push(pair);
    else runs.push([pair]);
  }
  const isOneReply = (run: PairCheck[], index: number) =>
    run[0] !== undefined &&
    onlyFromOnePort(run[0]) &&
    (run.length >= ONE_REPLY.of || (run.length > 1 && index === runs.length - 1));
  return runs.filter((run, index) => !isOneReply(run, index)).flat();
}

/**
 * Whether the application's resolver sends both at once from one port: glibc and musl do, Go uses a port for each.
 *
 * @param cures options with which glibc does not, or does not mind
 */
export function appPairsFromOnePort(probes: ProbeRecord, cures: readonly string[]): boolean {
  const families = [...probes.targets.values()].map(
    (target) => partsOf(appWindowOf(target)?.model ?? '')?.family,
  );
  const options = factsFor(probes, 'glibc')?.options ?? [];
  return (
    families.includes('musl') ||
    (families.includes('glibc') && !options.some((option) => cures.includes(option)))
  );
}

/** With these glibc asks from two ports, over TCP, or for A alone. */
export const OTHER_PORTS: readonly string[] = ['single-request-reopen', 'use-vc', 'no-aaaa'];

/** Whether a lookup had to wait for one of the two from a server that had answered the other. */
export function missedHalf({ queries, ...lookup }: ProbeLookup, server: string): boolean {
  const ofServer = queries.filter((query) => query.server === server && query.proto === 'udp');
  const late = ofServer.some(({ reply, atMs }) => !reply && lookup.durationMs - atMs >= LOST_AFTER_MS);
  return late && candidatesOf({ queries: ofServer }).some(({ a, aaaa }) => isGood(a) || isGood(aaaa));
}

/** The shortest timeout there is. */
const LOST_AFTER_MS = 900;
