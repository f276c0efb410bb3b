import type { Certainty, Resolver } from '../kinds.ts';
import type { Order } from './debug-lines.ts';
import type { LookupError } from './lookup-errors.ts';
import type { TraceSummary } from './trace-summary.ts';

/**
 * Who made an error whose text leaves it open, told by the trace of the same process: a context that fired and `no
 * such host` read the same from either resolver.
 *
 * @param order the order the trace gave for this very name, where it did
 * @param libc the libc that other errors of the same process are worded by
 */
export function attribute(
  error: Pick<LookupError, 'resolver' | 'certainty' | 'reason'>,
  trace: Pick<TraceSummary, 'mode' | 'cgoCapable' | 'orders'>,
  order: Order | undefined,
  libc?: 'glibc' | 'musl',
): { resolver: Resolver; certainty: Certainty } {
  const who = attributeByTrace(error, trace, order);
  return who.resolver === 'cgo' && libc ? { resolver: `cgo-${libc}`, certainty: 'high' } : who;
}

function attributeByTrace(
  error: Pick<LookupError, 'resolver' | 'certainty' | 'reason'>,
  trace: Pick<TraceSummary, 'mode' | 'cgoCapable' | 'orders'>,
  order: Order | undefined,
): { resolver: Resolver; certainty: Certainty } {
  const { resolver, certainty } = error;
  const open =
    resolver === 'unknown' ||
    (resolver === 'cgo' &&
      certainty !== 'certain' &&
      (error.reason === 'not-found' || error.reason === 'address-family'));
  if (!open) return { resolver, certainty };
  if (trace.mode === 'go' || trace.cgoCapable === false) return { resolver: 'go', certainty: 'certain' };
  if (trace.mode === 'cgo') return { resolver: 'cgo', certainty: 'certain' };
  if (order) return { resolver: order === 'cgo' ? 'cgo' : 'go', certainty: 'certain' };
  const { orders } = trace;
  if (orders.length === 1 && orders[0] === 'cgo') return { resolver: 'cgo', certainty: 'medium' };
  if (orders.length > 0 && !orders.includes('cgo')) return { resolver: 'go', certainty: 'medium' };
  return { resolver, certainty };
}
