/** What single queries told of each nameserver, round by round. */
import type {
  CheckReply,
  CheckResult,
  ProbeRecord,
  ServerCheck,
  ServerRecord,
} from '../../journal/probe-record.ts';
import { time } from '../evidence.ts';
import { duration } from './transcripts.ts';

/** The single queries of one round: a check that was discarded is absent. */
export interface Round {
  at: number;
  /** What was asked for. */
  name: string;
  udp?: ServerCheck;
  udpEdns?: ServerCheck;
  tcp?: ServerCheck;
  tcpEdns?: ServerCheck;
}

/** The nameservers of resolv.conf that at least one family of resolvers asks: a fourth one, none does. */
export function usedServers({ servers, files }: ProbeRecord): ServerRecord[] {
  const used = new Set(files?.dialects.flatMap(({ nameservers }) => nameservers));
  return [...servers.values()].filter(({ server }) => used.has(server));
}

/** A server's checks by rounds, the oldest first. UDP without EDNS is the first of a round. */
export function roundsOf({ checks }: Pick<ServerRecord, 'checks'>): Round[] {
  const rounds: Round[] = [];
  for (const check of checks) {
    const kind = check.proto === 'udp' ? (check.edns ? 'udpEdns' : 'udp') : check.edns ? 'tcpEdns' : 'tcp';
    const last = rounds.at(-1);
    const same = last && kind !== 'udp' && last[kind] === undefined && last.name === check.name;
    if (same) last[kind] = check;
    else rounds.push({ at: check.at, name: check.name, [kind]: check });
  }
  return rounds;
}

/** The rounds in which it was seen whether the server is there at all. */
export function plainRoundsOf(server: Pick<ServerRecord, 'checks'>): (Round & { udp: ServerCheck })[] {
  return roundsOf(server).flatMap((round) => (round.udp ? [{ ...round, udp: round.udp }] : []));
}

/** The reply to a check, if one came. */
export function replyTo(check: ServerCheck | undefined): CheckReply | undefined {
  return check?.result.kind === 'reply' ? check.result : undefined;
}

/** An answer that every resolver takes: NOERROR, though not a lame one, and NXDOMAIN. */
export function isGoodReply(result: CheckResult): boolean {
  return result.kind === 'reply' && !isLame(result) && ['NOERROR', 'NXDOMAIN'].includes(result.rcode);
}

/** NOERROR with nothing in it from a server that does no recursion and does not know the name: a referral. */
export function isLame(result: CheckResult): boolean {
  return (
    result.kind === 'reply' && result.rcode === 'NOERROR' && result.answers === 0 && !result.ra && !result.aa
  );
}

/** Errors of this pod that say nothing of the server: no descriptor, port or memory left. */
const OWN_ERRORS: readonly string[] = ['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EAGAIN'];

/** Whether a check failed for want of something in this pod. */
export function isOwnError({ result }: ServerCheck): boolean {
  return result.kind === 'error' && OWN_ERRORS.includes(result.errno ?? '');
}

/** `A of api.test over UDP: no reply after 5.0 s, 2026-11-23T10:00:00Z` */
export function checkText(check: ServerCheck): string {
  const { type, name, proto, edns, durationMs, at } = check;
  const how = `over ${proto.toUpperCase()}${edns ? ' with EDNS' : ''}`;
  return `${type} of ${shownName(name)} ${how}: ${resultText(check.result)} after ${duration(durationMs)}, ${time(at)}`;
}

/** What a query came to: `NOERROR, 192.0.2.10`, `no reply`, `ECONNREFUSED at connect`. */
export function resultText(result: CheckResult): string {
  if (result.kind === 'timeout') return result.call === 'connect' ? 'no connection' : 'no reply';
  if (result.kind === 'closed') return 'connection closed without a reply';
  if (result.kind === 'malformed') return 'a reply that cannot be read';
  if (result.kind !== 'reply') return `${result.errno ?? 'error'}${result.call ? ` at ${result.call}` : ''}`;
  if (result.rcode !== 'NOERROR') return result.rcode;
  if (isLame(result)) return 'NOERROR without records or recursion (lame)';
  const more = result.addresses.length - SHOWN_ADDRESSES;
  const addresses = result.addresses.slice(0, SHOWN_ADDRESSES).join(' ');
  return `NOERROR${result.tc ? ' (TC=1)' : ''}, ${addresses || 'no address'}${more > 0 ? ` and ${more} more` : ''}`;
}

const SHOWN_ADDRESSES = 3;

function shownName(name: string): string {
  return name === '' ? '. (the root)' : name;
}

/** How the other nameservers did at the same time, one line each. */
export function othersText(probes: ProbeRecord, { server }: ServerRecord): string[] {
  return usedServers(probes).flatMap((other) => {
    const check = plainRoundsOf(other).at(-1)?.udp;
    return other.server === server || !check ? [] : [`${other.server}: ${checkText(check)}`];
  });
}

/** Whether no nameserver that is used gives a good answer: then nothing can be looked up, whoever asks. */
export function noneAnswers(probes: ProbeRecord): boolean {
  return usedServers(probes).every((server) => {
    const check = plainRoundsOf(server).at(-1)?.udp;
    return check !== undefined && !isGoodReply(check.result);
  });
}
