import { circumstancesOf } from '../../binary/circumstances.ts';
import { lookupOrder } from '../../golang/lookup-order.ts';
import type { Decider } from '../../golang/lookup-order-case.ts';
import type { ProgramRecord } from '../../journal/program-record.ts';

/** The resolver that the binary and its environment settle for every name, whatever the files of the machine say. */
export interface SettledResolver {
  resolver: 'go' | 'cgo';
  /** For people. */
  because: string;
  by: Decider['by'];
}

/** A name that nothing but what is settled decides: without files, Go takes its own resolver for it. */
const ANY_NAME = 'example.com';

/**
 * What net/conf.go takes for every lookup: no cgo, a tag, GODEBUG, a variable. Undefined: it is not settled, for each
 * lookup is decided anew, or the binary does not tell. A Resolver with PreferGo is in the code and not seen.
 */
export function settledResolver({ binary, process }: ProgramRecord): SettledResolver | undefined {
  if (binary.cgoResolver === 'unknown') return undefined;
  const file = { state: 'absent' } as const;
  const known = circumstancesOf(binary, process?.environment);
  const machine = { resolvConf: file, nsswitch: file, mdnsAllow: false, hostname: '' };
  const { order, forcedBy, decidedBy, because } = lookupOrder(ANY_NAME, { ...known, ...machine });
  const [first = ''] = because;
  if (forcedBy) return { resolver: 'go', because: first, by: forcedBy.by };
  return order === 'cgo' ? { resolver: 'cgo', because: first, by: decidedBy.by } : undefined;
}
