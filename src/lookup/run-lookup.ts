import { textOf } from '../dns/byte-string.ts';
import type { LookupRecord } from '../resolver/lookup-record.ts';
import type { Answer, Lookup, Resolver, Result, Server, Steps } from '../resolver/model.ts';
import type { Sources } from '../resolver/sources.ts';
import type { Network } from './network.ts';
import { Transcript } from './transcript.ts';

export interface RunOptions {
  resolver: Resolver;
  lookup: Lookup;
  sources: Sources;
  network: Network;
  /** How long to wait where the real resolver would wait without bound, ms. */
  limit: number;
}

/** Runs a model on a network to its end, and keeps the transcript. */
export async function runLookup(options: RunOptions): Promise<LookupRecord> {
  const { resolver, lookup, sources, network, limit } = options;
  const because: string[] = [];
  const began = network.now();
  const transcript = new Transcript(began);
  const steps = resolver.lookup(lookup, {
    now: () => network.now(),
    random16: () => network.random16(),
    sources,
    because(line) {
      if (because.length < MAX_DECISIONS) because.push(textOf(line));
    },
  });
  const bounds = { unbounded: began + limit, whole: began + WHOLE_LIMITS * limit };
  try {
    const end = await drive(steps, network, transcript, bounds);
    if ('stopped' in end) because.push(`stopped after ${seconds(network.now() - began)}: ${end.stopped}`);
    const answer = 'stopped' in end ? HANG : end;
    transcript.ended(network.now());
    const durationMs = Math.round((network.now() - began) * 1000) / 1000;
    return { ...answer, durationMs, queries: transcript.queries, because };
  } finally {
    network.closeAll();
  }
}

/**
 * A lookup ends after so many limits, come what may: a server that goes on sending keeps some resolvers waiting for
 * ever.
 */
const WHOLE_LIMITS = 10;
/** And after so many queries: Go takes any number of attempts, and a server that refuses at once costs it no time. */
const MAX_QUERIES = 10_000;
/** Lines that are kept of what a model says. */
const MAX_DECISIONS = 10_000;
const HANG: Answer = { outcome: 'hang', error: '', addresses: [] };
const STOPPED = {
  unbounded: { stopped: 'the real resolver sets no bound on this wait' },
  long: { stopped: 'the real resolver would go on' },
  busy: { stopped: `the real resolver would go on after ${MAX_QUERIES} queries` },
} as const;

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}

/** @param bounds of waits that the model leaves without one, and of the whole lookup */
async function drive(
  steps: Steps<Answer>,
  network: Network,
  transcript: Transcript,
  bounds: { unbounded: number; whole: number },
): Promise<Answer | { stopped: string }> {
  const peers = new Map<number, { proto: 'udp' | 'tcp'; to?: Server }>();
  let result: Result = { result: 'done' };
  for (;;) {
    const { value: step, done } = steps.next(result);
    if (done) return step;
    if (step.do === 'wait') {
      const bound = step.until === Number.POSITIVE_INFINITY ? bounds.unbounded : bounds.whole;
      const event = await network.wait(Math.min(step.until, bound));
      if (event.event === 'timeout' && step.until > bound)
        return bound === bounds.whole ? STOPPED.long : STOPPED.unbounded;
      if (event.event !== 'timeout' && network.now() > bounds.whole) return STOPPED.long;
      if (event.event === 'connected') transcript.connected(event.socket, network.localPort(event.socket));
      transcript.received(event, network.now());
      result = event;
      continue;
    }
    if (step.do === 'send') {
      if (transcript.queries.length >= MAX_QUERIES) return STOPPED.busy;
      const { proto = 'udp', to } = peers.get(step.socket) ?? {};
      const server = step.to ?? to;
      if (server) transcript.sent(step, proto, server, network.localPort(step.socket), network.now());
    }
    if (step.do === 'close') transcript.closed(step.socket, network.now());
    const performed = network.perform(step);
    // Most steps are done at once: they need no turn of the microtask queue.
    result = performed instanceof Promise ? await performed : performed;
    if (step.do === 'open' && 'result' in result && result.result === 'opened')
      peers.set(result.socket, { proto: step.proto, ...('to' in step && { to: step.to }) });
  }
}
