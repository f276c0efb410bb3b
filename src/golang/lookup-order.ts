/**
 * Which resolver Go takes for a name, and in which order. Linux. Source: net/conf.go, hostLookupOrder, of each
 * release.
 */
import type { Order } from './debug-lines.ts';
import { type Case, type Circumstances, type Decider, firstGround, inSpan } from './lookup-order-case.ts';
import { FORCES_CGO, FORCES_GO, LEFT_TO_LIBC, RULES_WHERE_GO_IS_FORCED } from './lookup-order-rules.ts';
import { sourceOrder } from './lookup-order-sources.ts';
import type { Minor } from './versions.ts';

/** The releases whose sources were read; a newer one is taken for the newest of them. */
export const OLDEST_KNOWN: Minor = 5;
export const NEWEST_KNOWN: Minor = 27;

/** Go's choice. */
export interface LookupOrder {
  order: Order;
  decidedBy: Decider;
  /** What left only Go's resolver, where something did; `decidedBy` then tells of its order alone. */
  forcedBy?: Decider;
  /** One line a decision. */
  because: string[];
}

/**
 * What Go would choose to look a name up. An empty name is how Go asks for an address (LookupAddr), and up to 1.20
 * whether it may use cgo at all (`hostLookupOrder() = …` in the trace).
 *
 * @param circumstances Sources of src/resolver fit in, with the build and the release beside them
 */
export function lookupOrder(name: string, circumstances: Circumstances): LookupOrder {
  const known: Case = { ...circumstances, name };
  const forced = firstGround(FORCES_GO, known);
  if (!forced) {
    const ground = firstGround(TO_LIBC, known);
    return ground
      ? { order: 'cgo', decidedBy: ground.decider, because: [ground.because] }
      : ownOrder(known, [], false);
  }
  const forcedBy = forced.decider;
  const row = RULES_WHERE_GO_IS_FORCED.find((candidate) => inSpan(candidate, known.go));
  const rule = row?.because === undefined ? [] : [row.because];
  if (row?.heeds === 'nothing') {
    return { order: 'files,dns', decidedBy: forcedBy, forcedBy, because: [forced.because, ...rule] };
  }
  const ground = row?.heeds === 'libc-rules' ? firstGround(TO_LIBC, known) : undefined;
  if (!ground) return { ...ownOrder(known, [forced.because], row?.heeds === 'sources'), forcedBy };
  const because = [forced.because, ground.because, ...rule];
  return { order: 'files,dns', decidedBy: ground.decider, forcedBy, because };
}

const TO_LIBC = [...FORCES_CGO, ...LEFT_TO_LIBC];

function ownOrder(known: Case, before: string[], standIn: boolean): LookupOrder {
  const { order, ground } = sourceOrder(known, standIn);
  return { order, decidedBy: ground.decider, because: [...before, ground.because] };
}
