/**
 * net/nf_conntrack: a line a flow (ct_seq_show of net/netfilter/nf_conntrack_standalone.c). Four fields that every flow
 * has, then those that its protocol and the kernel's configuration give:
 *
 *     ipv4 2 udp 17 29 src=10.0.0.7 dst=10.96.0.10 sport=40001 dport=53 [UNREPLIED] src=... dport=40001 mark=0 use=2
 */
import { decimalAt, fieldStart, nextField } from './byte-fields.ts';
import { createByteLines } from './byte-lines.ts';
import { ProcfsError } from './procfs-error.ts';

const FILE = 'net/nf_conntrack';
/** The kernel's are some 300 bytes; a security context (secctx) may add a page. */
const MAX_LINE = 8192;
const UDP = 17;
const DNS = 53;
const DPORT = Buffer.from('dport=');
const UNREPLIED = Buffer.from('[UNREPLIED]');

/** What net/nf_conntrack has of DNS. */
interface ConntrackFlows {
  /** Of every protocol. */
  flows: number;
  /** Flows of UDP to port 53, as the client sent them, with a packet back and without one. */
  dnsReplied: number;
  dnsUnreplied: number;
}

/** Takes the bytes of the file as they come, in chunks cut anywhere. */
export interface ConntrackTableParser {
  /** @throws {ProcfsError} where they are not what the kernel writes */
  write(bytes: Uint8Array): void;
  /** A last line that has not ended is torn, and counts for nothing. */
  end(): ConntrackFlows;
}

/** A parser that makes no string and no object a line: a table may have 262,144 and more. */
export function createConntrackTableParser(): ConntrackTableParser {
  const counted: ConntrackFlows = { flows: 0, dnsReplied: 0, dnsUnreplied: 0 };
  return {
    write: createByteLines(FILE, MAX_LINE, (bytes, from, to) => countFlow(counted, bytes, from, to)),
    end: () => ({ ...counted }),
  };
}

function countFlow(counted: ConntrackFlows, bytes: Uint8Array, from: number, to: number): void {
  const family = nextField(bytes, fieldStart(bytes, from, to), to);
  const protocol = nextField(bytes, nextField(bytes, family, to), to);
  const number = decimalAt(bytes, protocol, to);
  if (number < 0 || decimalAt(bytes, family, to) < 0) {
    throw new ProcfsError(FILE, 'a line that does not begin with a family and a protocol');
  }
  counted.flows++;
  if (number !== UDP) return;
  // The first dport is the original direction's; the second is that of the replies, after translation.
  const port = fieldWith(DPORT, bytes, protocol, to);
  const value = port + DPORT.length;
  const dport = port < 0 ? -1 : decimalAt(bytes, value, to);
  if (dport < 0) throw new ProcfsError(FILE, 'a UDP flow without a port');
  if (dport !== DNS) return;
  if (fieldWith(UNREPLIED, bytes, port, to) < 0) counted.dnsReplied++;
  else counted.dnsUnreplied++;
}

/** Where the first field from `at` on begins that begins with `prefix`; -1: there is none. */
function fieldWith(prefix: Uint8Array, bytes: Uint8Array, at: number, to: number): number {
  for (let field = at; field < to; field = nextField(bytes, field, to)) {
    if (field + prefix.length <= to && beginsWith(prefix, bytes, field)) return field;
  }
  return -1;
}

function beginsWith(prefix: Uint8Array, bytes: Uint8Array, at: number): boolean {
  for (let nth = 0; nth < prefix.length; nth++) if (bytes[at + nth] !== prefix[nth]) return false;
  return true;
}
