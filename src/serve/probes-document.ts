import type { ProbeRecord, ServerRecord, TargetRecord } from '../journal/probe-record.ts';
import { dated, timeOrNull } from './dates.ts';

/** The body of /probes: the latest of each target and nameserver, and the transcripts of lookups that failed. */
export function probesDocument({ rounds, lastRound, targets, servers, failing, files }: ProbeRecord) {
  return {
    rounds,
    lastRound: timeOrNull(lastRound),
    targets: [...targets.values()].map(targetDocument),
    servers: [...servers.values()].map(serverDocument),
    failing: failing.toReversed().map(dated),
    files: files ?? null,
  };
}

function targetDocument({ name, origin, expect, app, models, comparisons }: TargetRecord) {
  return {
    name,
    origin,
    expect: expect ?? null,
    app: app ?? null,
    difference: comparisons.at(-1)?.text ?? null,
    lookups: [...models.values()].flatMap(({ lookups }) => lookups.slice(-1).map(dated)),
  };
}

/** What the last round had: four single queries and a pair. */
function serverDocument({ server, position, checks, pairs }: ServerRecord) {
  return {
    server,
    position,
    checks: checks.slice(-4).map(dated),
    pair: pairs.slice(-1).map(dated)[0] ?? null,
  };
}
