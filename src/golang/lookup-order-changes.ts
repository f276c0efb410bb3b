/** What would make Go choose otherwise: each change tried on the rules, not guessed. */
import type { Order } from './debug-lines.ts';
import { lookupOrder, NEWEST_KNOWN, OLDEST_KNOWN } from './lookup-order.ts';
import type { Circumstances, Decider } from './lookup-order-case.ts';
import { type Minor, range, rangeText } from './versions.ts';

/** One change and what Go would choose with it. */
export interface Change {
  /** `GODEBUG=netdns=go`, `without LOCALDOMAIN`, `Go 1.5-1.19`. */
  change: string;
  order: Order;
}

/** The changes that give another order, those nearest to what decided first. */
export function changesOf(name: string, circumstances: Circumstances): Change[] {
  const { order, decidedBy } = lookupOrder(name, circumstances);
  const { environment } = circumstances;
  const trial = (change: string, more: Partial<Circumstances>) => ({
    change,
    order: lookupOrder(name, { ...circumstances, ...more }).order,
  });
  const tried = [
    ...withoutDecider(decidedBy, circumstances).map(({ change, more }) => trial(change, more)),
    trial('GODEBUG=netdns=go', { environment: { ...environment, GODEBUG: 'netdns=go' } }),
    trial('GODEBUG=netdns=cgo', { environment: { ...environment, GODEBUG: 'netdns=cgo' } }),
    trial('CGO_ENABLED=0', { cgo: false }),
    trial('CGO_ENABLED=1 without build tags', { cgo: true, tags: [] }),
  ];
  return [...tried.filter((change) => change.order !== order), ...releases(name, circumstances, order)];
}

function withoutDecider(
  { by, text, line }: Decider,
  { environment, resolvConf }: Circumstances,
): { change: string; more: Partial<Circumstances> }[] {
  if (by === 'environment') {
    const [variable = ''] = text.split('=', 1);
    const rest = Object.fromEntries(Object.entries(environment).filter(([name]) => name !== variable));
    return [{ change: `without ${variable} in the environment`, more: { environment: rest } }];
  }
  if (by === 'resolv.conf' && line !== undefined && resolvConf.state === 'ok') {
    const lines = resolvConf.text.split('\n').map((each, index) => (index === line - 1 ? '' : each));
    const more = { resolvConf: { ...resolvConf, text: lines.join('\n') } };
    return [{ change: `resolv.conf without line ${line}`, more }];
  }
  if (by !== 'nsswitch.conf') return [];
  const plain = { state: 'ok', text: 'hosts: files dns' } as const;
  return [{ change: 'nsswitch.conf with "hosts: files dns"', more: { nsswitch: plain } }];
}

/** Neighbouring releases that choose alike, as one change. */
function releases(name: string, circumstances: Circumstances, present: Order): Change[] {
  const spans: { from: Minor; to: Minor; order: Order }[] = [];
  for (let go = OLDEST_KNOWN; go <= NEWEST_KNOWN; go++) {
    const { order } = lookupOrder(name, { ...circumstances, go });
    const last = spans.at(-1);
    if (last?.order === order) last.to = go;
    else spans.push({ from: go, to: go, order });
  }
  return spans
    .filter(({ order }) => order !== present)
    .map(({ from, to, order }) => ({ change: `Go ${rangeText(range(from, to))}`, order }));
}
