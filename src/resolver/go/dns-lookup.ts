/** All names of a lookup, and both types of each (net/dnsclient_unix.go, goLookupIPCNAMEOrder, the DNS part). */
import { TYPES } from '../../dns/codes.ts';
import type { Lookup, Steps } from '../model.ts';
import { inParallel } from '../steps.ts';
import { readAddresses } from './answer.ts';
import { ask, type Lookups, type Outcome } from './ask.ts';
import type { LookupFailure } from './failure.ts';
import { candidates } from './names.ts';
import type { GoRules } from './rules.ts';

/** Addresses as they came in; with none of them the failure that Go reports, if any. */
export interface FoundInDns {
  addresses: Uint8Array[];
  failure?: LookupFailure;
}

/** Asks for each name in turn, both types at once; the first name with an address of either type ends it. */
export function* lookUpInDns({ name, family }: Lookup, run: Lookups): Steps<FoundInDns> {
  const { because } = run.surroundings;
  const types = typesOf(family, run.rules);
  const names = candidates(name, run.conf, run.rules);
  if (names.length > 1) because(`names in turn: ${names.join(' ')}`);
  if (names.length === 0) because(`${name} is asked under no name`);
  let last: LookupFailure | undefined;
  for (const candidate of names) {
    const addresses: Uint8Array[] = [];
    for (const outcome of yield* outcomesOf(candidate, types, run)) {
      if ('failure' in outcome) {
        // The error of the name as it was given is preferred, and of its errors the last; else the very first stands.
        if (!last || candidate === `${name}.`) last = outcome.failure;
        continue;
      }
      const read = readAddresses(outcome.reader, run.rules);
      addresses.push(...read.addresses);
      if (read.failure) last = { ...read.failure, server: outcome.server };
    }
    if (addresses.length > 0) return { addresses };
  }
  return { addresses: [], ...(last && { failure: last }) };
}

function typesOf(family: Lookup['family'], { oneFamily }: GoRules): readonly number[] {
  if (family === 'unspec' || oneFamily === 'asks-both') return [TYPES.A, TYPES.AAAA];
  return [family === 'inet' ? TYPES.A : TYPES.AAAA];
}

/** In the order in which Go gets to them. */
function* outcomesOf(name: string, types: readonly number[], run: Lookups): Steps<Outcome[]> {
  const outcomes: Outcome[] = [];
  if (run.conf.singleRequest) {
    for (const type of types) outcomes.push(yield* ask(run, { name, type }));
    return outcomes;
  }
  // The goroutine that is started last runs first and sends first (runtime/proc.go, runqput: next).
  const tasks = types.toReversed().map((type) => timed(ask(run, { name, type }), run));
  const ended = (yield* inParallel(tasks)).map(({ value }) => value);
  // So it is with replies that come in together: whose goroutine is made ready last runs first.
  const [first, second] = ended;
  if (first && second && together(first, second)) ended.reverse();
  return ended.map(({ outcome }) => outcome);
}

interface Ended {
  outcome: Outcome;
  at: number;
}

/** Replies to as many queries, no further apart than what a process takes to wake up. */
function together(a: Ended, b: Ended): boolean {
  return a.outcome.exchanges === b.outcome.exchanges && Math.abs(a.at - b.at) < TOGETHER_MS;
}

const TOGETHER_MS = 2;

function* timed(task: Steps<Outcome>, { surroundings }: Lookups): Steps<Ended> {
  const outcome = yield* task;
  return { outcome, at: surroundings.now() };
}
