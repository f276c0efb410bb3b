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

/**
 * The resolver that Go takes for an ordinary name of the application: settled by the binary and its environment, or else
 * by its files as they are. Undefined: one of these cannot be read.
 */
export function predictedResolver(
  program: ProgramRecord,
): { resolver: 'go' | 'cgo'; source: 'binary' | 'prediction' } | undefined {
  const settled = settledResolver(program);
  if (settled) return { resolver: settled.resolver, source: 'binary' };
  const { binary, process } = program;
  if (binary.cgoResolver === 'unknown' || !process?.files || !process.environment) return undefined;
  const { resolvConf, nsswitch } = process.files;
  const known = circumstancesOf(binary, process.environment);
  // Its host name and /etc/mdns.allow matter for names that this is not.
  const { order } = lookupOrder(ANY_NAME, { ...known, resolvConf, nsswitch, mdnsAllow: false, hostname: '' });
  return { resolver: order === 'cgo' ? 'cgo' : 'go', source: 'prediction' };
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
