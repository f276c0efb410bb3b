import { ProcfsError } from './procfs-error.ts';

/** What net/nf_conntrack has of DNS. */
export interface ConntrackFlows {
  /** Lines: flows of every protocol. */
  flows: number;
  /** Flows of UDP to port 53, as the client sent them, with a packet back and without one. */
  dnsReplied: number;
  dnsUnreplied: number;
}

/** Takes the bytes of the file as they come, in pieces of any size. */
export interface ConntrackTableParser {
  /** @throws ProcfsError where they are not what the kernel writes */
  write(bytes: Uint8Array): void;
  /** A last line that has not ended is torn, and counts for nothing. */
  end(): ConntrackFlows;
}

/** A security context may be long; the kernel's line fits a page of its seq_file. */
const MAX_LINE = 4_096;
const NEWLINE = 10;

/**
 * A flow a line: `ipv4     2 udp      17 29 src=… dst=… sport=… dport=53 [UNREPLIED] src=… dst=… sport=53 …`
 * (net/netfilter/nf_conntrack_standalone.c, ct_seq_show). The first dport is the original direction's, from before
 * it was translated.
 */
export function createConntrackTableParser(): ConntrackTableParser {
  const line = Buffer.alloc(MAX_LINE);
  let length = 0;
  const counts: ConntrackFlows = { flows: 0, dnsReplied: 0, dnsUnreplied: 0 };

  function endLine(): void {
    if (length > 0) take(line.toString('latin1', 0, length), counts);
    length = 0;
  }

  return {
    write(bytes) {
      for (let from = 0; from < bytes.length; ) {
        const newline = bytes.indexOf(NEWLINE, from);
        const to = newline < 0 ? bytes.length : newline;
        if (length + to - from > MAX_LINE)
          throw new ProcfsError('net/nf_conntrack', `a line longer than ${MAX_LINE} bytes`);
        line.set(bytes.subarray(from, to), length);
        length += to - from;
        if (newline >= 0) endLine();
        from = to + 1;
      }
    },
    end: () => counts,
  };
}

const FLOW = /^ipv[46] +\d+ (\S+) +(\d+) /;
const UDP = '17';

function take(line: string, counts: ConntrackFlows): void {
  const [, , protocol] = FLOW.exec(line) ?? [];
  if (protocol === undefined)
    throw new ProcfsError('net/nf_conntrack', `not a flow: ${JSON.stringify(line.slice(0, 40))}`);
  counts.flows++;
  if (protocol !== UDP) return;
  const dport = line.indexOf(' dport=');
  if (!line.startsWith(' dport=53 ', dport)) return;
  if (line.includes('[UNREPLIED]', dport)) counts.dnsUnreplied++;
  else counts.dnsReplied++;
}
