/** What nslookup and dig share around their lookups. */
import { DNS_PORT, RCODE, RCODES, TYPES } from '../../dns/codes.ts';
import type { ResourceRecord } from '../../dns/wire.ts';
import { addressText } from '../address.ts';
import type { Answer, Outcome, Server, Steps, Surroundings } from '../model.ts';
import { sayRemarks } from '../sources.ts';
import { runLookups } from './dighost.ts';
import { type BindConf, readBindConf } from './resolv-conf.ts';
import type { Lookup, Session, Tool } from './session.ts';

/** What a run has shown so far. */
export interface Shown {
  /** In the order they are printed. */
  addresses: string[];
  /** Something else was found: a PTR record. */
  other: boolean;
  /** The last line that is bad news. */
  fault: { line: string; outcome: Outcome } | undefined;
}

/** A tool with its first lookup, once resolv.conf is read. */
export type Start = (conf: BindConf, shown: Shown, print: Session['print']) => { tool: Tool; first: Lookup };

/** One run of a tool from its start to its exit. */
export function* runTool(name: Tool['name'], surroundings: Surroundings, start: Start): Steps<Answer> {
  const { sources, because, now, random16 } = surroundings;
  const shown: Shown = { addresses: [], other: false, fault: undefined };
  const print: Session['print'] = (line, outcome) => {
    because(line);
    if (outcome) shown.fault = { line, outcome };
  };
  const read = readBindConf(sources.resolvConf);
  sayRemarks(read.remarks, because);
  if (read.state === 'failed')
    return { outcome: 'failed', error: `${name}: parse of /etc/resolv.conf failed`, addresses: [] };
  const { conf } = read;
  const { tool, first } = start(conf, shown, print);
  yield* runLookups(
    { tool, conf, servers: serversOf(conf, sources.nameservers), print, because, now, random16 },
    first,
  );
  return answerOf(shown, because);
}

function serversOf({ nameservers }: BindConf, instead: readonly Server[] | undefined): readonly Server[] {
  return instead ?? nameservers.map((address) => ({ address, port: DNS_PORT }));
}

function answerOf({ addresses, other, fault }: Shown, because: Surroundings['because']): Answer {
  if (addresses.length > 0) {
    if (fault) because(`addresses were printed, and beside them: ${fault.line}`);
    return { outcome: 'ok', error: '', addresses };
  }
  if (fault) return { outcome: fault.outcome, error: fault.line, addresses };
  return { outcome: other ? 'ok' : 'no-data', error: '', addresses };
}

/** A tool that is not given a name but something it takes for an option. */
export function notAName(error: string): Answer {
  return { outcome: 'failed', error, addresses: [] };
}

/** What a reply code means for who waits. */
export function outcomeOf(rcode: number): Outcome {
  if (rcode === RCODE.NXDOMAIN) return 'not-found';
  return rcode === RCODE.SERVFAIL ? 'try-again' : 'failed';
}

/** NXDOMAIN, RESERVED11, BADVERS. @param others what those above 15 are called */
export function rcodeName(rcode: number, others: Readonly<Record<number, string>>): string {
  if (rcode > 15) return others[rcode] ?? `?${rcode}`;
  return rcode > 10 ? `RESERVED${rcode}` : (RCODES[rcode] ?? '');
}

/** Addresses in an answer section, whosesoever they are. */
export function addressesOf(bytes: Uint8Array, answers: readonly ResourceRecord[]): string[] {
  return answers
    .filter(({ type }) => type === TYPES.A || type === TYPES.AAAA)
    .map(({ dataAt, end }) => addressText(bytes.subarray(dataAt, end)));
}
