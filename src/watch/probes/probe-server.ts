import { type CHECKS_A_ROUND, noteCheck, notePair } from '../../journal/probe-notes.ts';
import type { PairCheck, ProbeRecord, ServerCheck, ServerRecord } from '../../journal/probe-record.ts';
import type { Server } from '../../resolver/model.ts';
import { askOnce, askPair } from './check-steps.ts';
import { runSteps } from './run-steps.ts';
import type { Sampler } from './sampler.ts';

/** The name all servers are asked for in one round. */
export interface CheckedName {
  /** A byte string, absolute, without the last dot; empty for the root. */
  name: string;
  target?: string;
}

/** The single queries of a round. UDP without EDNS comes first: whether the server is there at all. */
const CHECKS = [
  { proto: 'udp', edns: false },
  { proto: 'udp', edns: true },
  { proto: 'tcp', edns: false },
  { proto: 'tcp', edns: true },
] as const satisfies { length: typeof CHECKS_A_ROUND };

/**
 * Checks one server: four single queries, and a pair from one port and from two. One after the other, so that none
 * is in another's way; a server that does not even answer the first is given up on by all at once.
 */
export async function probeServer(
  server: Server,
  { name, target }: CheckedName,
  into: { record: ProbeRecord; server: ServerRecord },
  sampler: Sampler,
): Promise<void> {
  const labels = name === '' ? [] : name.split('.');
  // In every other round AAAA goes first: "the second reply is lost" and "AAAA is lost" are two things.
  const first = into.record.rounds % 2 === 0 ? ('A' as const) : ('AAAA' as const);

  async function single(check: (typeof CHECKS)[number]): Promise<ServerCheck | undefined> {
    const query = { server, labels, type: 'A' as const, ...check };
    const sample = await sampler.sample(1, (network) => runSteps(askOnce(query, network), network));
    if (!sample) return undefined;
    const noted = {
      at: sample.at,
      ...check,
      type: query.type,
      name,
      ...(target !== undefined && { target }),
      ...sample.value,
    };
    noteCheck(into.record, into.server, noted);
    return noted;
  }

  async function pair(): Promise<void> {
    const ask = (ports: 1 | 2) =>
      sampler.sample(2, (network) => runSteps(askPair({ server, labels, first, ports }, network), network));
    const [one, two] = [await ask(1), await ask(2)];
    if (!one || !two) return;
    const noted: PairCheck = { at: one.at, name, first, onePort: one.value, twoPorts: two.value };
    notePair(into.record, into.server, noted);
  }

  const [plain, ...others] = CHECKS;
  const answered = (await single(plain))?.result.kind === 'reply';
  if (!answered) {
    await Promise.all([...others.map(single), pair()]);
    return;
  }
  for (const check of others) await single(check);
  await pair();
}
