/** Every query that probing is known to have sent, and when: what a packet that the kernel lost looks like from here. */
import type { PairCheck, ProbeLookup, ProbeRecord, ServerCheck } from '../../journal/probe-record.ts';
import { wentUnanswered } from '../probes/impact.ts';

export interface SentProbe {
  /** When it was sent, ms since the epoch. */
  at: number;
  server: string;
  /** `A of api.test` */
  what: string;
  answered: boolean;
}

/** Queries of the lookups, checks and pairs that are kept; without those whose reply nobody waited for. */
export function sentProbes({ targets, servers, failing }: ProbeRecord): SentProbe[] {
  const windows = [...targets.values()].flatMap(({ models }) => [...models.values()]);
  // One that failed stands in both.
  const lookups = new Set([...windows.flatMap((window) => window.lookups), ...failing]);
  return [
    ...[...lookups].flatMap(queriesOf),
    ...[...servers.values()].flatMap(({ server, checks, pairs }) => [
      ...checks.flatMap((check) => ofCheck(server, check)),
      ...pairs.flatMap((pair) => ofPair(server, pair)),
    ]),
  ];
}

function queriesOf(lookup: ProbeLookup): SentProbe[] {
  return lookup.queries.flatMap((query) => {
    const { server, type, name, atMs, reply, unanswered } = query;
    // An error of the kernel is none of a packet that was lost.
    const counts = reply !== null || (unanswered?.errno === undefined && wentUnanswered(query, lookup));
    if (!counts) return [];
    return [{ at: lookup.at + atMs, server, what: `${type} of ${name}`, answered: reply !== null }];
  });
}

function ofCheck(server: string, { at, type, name, result }: ServerCheck): SentProbe[] {
  if (result.kind === 'error' || result.kind === 'closed') return [];
  return [{ at, server, what: `${type} of ${name}`, answered: result.kind !== 'timeout' }];
}

/** Both types, once from one port and once from two. */
function ofPair(server: string, { at, name, onePort, twoPorts }: PairCheck): SentProbe[] {
  return [onePort, twoPorts].flatMap((lost) =>
    (['A', 'AAAA'] as const).map((type) => ({
      at,
      server,
      what: `${type} of ${name}`,
      answered: lost !== 'both' && lost !== type.toLowerCase(),
    })),
  );
}
