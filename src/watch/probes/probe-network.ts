import type { Network } from '../../lookup/network.ts';

/** A network for one sample: counts its queries, and ends it when probing stops. */
export interface ProbeNetwork extends Network {
  /** Queries sent so far. */
  readonly sent: number;
}

/** After an abort every step throws the signal's reason, and a wait that goes on ends. */
export function createProbeNetwork(inner: Network, signal: AbortSignal): ProbeNetwork {
  let sent = 0;
  const abort = () => inner.closeAll();
  signal.addEventListener('abort', abort, { once: true });
  return {
    get sent() {
      return sent;
    },
    now: inner.now,
    random16: inner.random16,
    localPort: inner.localPort,
    perform(step) {
      signal.throwIfAborted();
      if (step.do === 'send') sent += step.queries.length;
      return inner.perform(step);
    },
    async wait(until) {
      const event = await inner.wait(until);
      signal.throwIfAborted();
      return event;
    },
    closeAll() {
      signal.removeEventListener('abort', abort);
      inner.closeAll();
    },
  };
}
