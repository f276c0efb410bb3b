/** One name and what Go would do with it, for a person or a script. */
import { isIP } from 'node:net';
import { TRACE_PREFIX } from './debug-lines.ts';
import { type LookupOrder, lookupOrder, NEWEST_KNOWN } from './lookup-order.ts';
import { ADDR_LOOKUP_ORDER_SINCE, type Circumstances } from './lookup-order-case.ts';
import { type Change, changesOf } from './lookup-order-changes.ts';
import { type Minor, minorText } from './versions.ts';

export interface Prediction extends LookupOrder {
  /** The line of the netdns trace at level 2. */
  trace: string;
  changes: Change[];
}

/**
 * Last release whose deferred print sees the name after Go took its trailing dot off (net/conf.go, hostLookupOrder).
 */
const DOT_IS_LOST_UNTIL = 20;

/** The name in the trace. Go takes the dot off only when it comes to `.local` and to nsswitch.conf. */
function printed(name: string, go: Minor, { decidedBy: { by, text } }: LookupOrder): string {
  const reached = by === 'nsswitch.conf' || (by === 'name' && text === '.local');
  return go <= DOT_IS_LOST_UNTIL && reached ? name.replace(/\.$/, '') : name;
}

/** What Go would choose for a name, what would change it, and what it would print. An address stands for LookupAddr. */
export function predict(name: string, circumstances: Circumstances): Prediction {
  const { go } = circumstances;
  const isAddress = isIP(name) > 0;
  const asked = isAddress ? '' : name;
  const found = lookupOrder(asked, circumstances);
  const call =
    isAddress && go >= ADDR_LOOKUP_ORDER_SINCE
      ? `addrLookupOrder(${name})`
      : `hostLookupOrder(${printed(asked, go, found)})`;
  return {
    ...found,
    because: [
      ...(isAddress ? ['an address: nothing is looked up to dial it; this is what LookupAddr does'] : []),
      ...(go > NEWEST_KNOWN
        ? [
            `Go ${minorText(go)} is newer than what is known: the rules are those of ${minorText(NEWEST_KNOWN)}`,
          ]
        : []),
      ...found.because,
    ],
    trace: `${TRACE_PREFIX}${call} = ${found.order}`,
    changes: changesOf(asked, circumstances),
  };
}
