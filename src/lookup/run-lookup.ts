import type { Answer, Lookup, Resolver, Result, Server, Steps } from '../resolver/model.ts';
import type { Sources } from '../resolver/sources.ts';
import type { Network } from './network.ts';
import { type QueryRecord, Transcript } from './transcript.ts';

/** A lookup as it went: interface.md's document without model, name and family. */
export interface LookupRecord extends Answer {
  durationMs: number;
  queries: QueryRecord[];
  /** One line a decision. */
  because: string[];
}

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
    because: (line) => because.push(line),
  });
  const bounds = { unbounded: began + limit, whole: began + WHOLE_LIMITS * limit };
  const answer = await drive(steps, network, transcript, bounds);
  if (answer.outcome === 'hang')
    because.push(`stopped after ${Math.round((network.now() - began) / 1000)} s: ${WITHOUT_BOUND}`);
  transcript.ended(network.now());
  const durationMs = Math.round((network.now() - began) * 1000) / 1000;
  network.closeAll();
  return { ...answer, durationMs, queries: transcript.queries, because };
}

/** A lookup ends after so many limits, come what may: a server that goes on sending keeps some resolvers waiting for ever. */
const WHOLE_LIMITS = 10;
const WITHOUT_BOUND = 'the real resolver sets no bound on this wait';
const HANG: Answer = { outcome: 'hang', error: '', addresses: [] };

/** @param bounds of waits that the model leaves without one, and of the whole lookup */
async function drive(
  steps: Steps<Answer>,
  network: Network,
  transcript: Transcript,
  bounds: { unbounded: number; whole: number },
): Promise<Answer> {
  const peers = new Map<number, { proto: 'udp' | 'tcp'; to?: Server }>();
  let result: Result = { result: 'done' };
  for (;;) {
    const { value: step, done } = steps.next(result);
    if (done) return step;
    if (step.do === 'wait') {
      const bound = step.until === Number.POSITIVE_INFINITY ? bounds.unbounded : bounds.whole;
      const event = await network.wait(Math.min(step.until, bound));
      if (event.event === 'timeout' ? step.until > bound : network.now() > bounds.whole) return HANG;
      if (event.event === 'connected') transcript.connected(event.socket, network.localPort(event.socket));
      transcript.received(event, network.now());
      result = event;
      continue;
    }
    if (step.do === 'send') {
      const { proto = 'udp', to } = peers.get(step.socket) ?? {};
      const server = step.to ?? to;
      if (server) transcript.sent(step, proto, server, network.localPort(step.socket), network.now());
    }
    if (step.do === 'close') transcript.closed(step.socket, network.now());
    result = await network.perform(step);
    if (step.do === 'open' && 'result' in result && result.result === 'opened')
      peers.set(result.socket, { proto: step.proto, ...('to' in step && { to: step.to }) });
  }
}
