import { lowerAscii } from '../../dns/wire.ts';
import { inetPton, isIpv6Loopback, unmapped } from '../address.ts';
import { linesOf, words } from '../c-text.ts';
import type { Remark } from '../sources.ts';
import { POINTER_BYTES } from './result-buffer.ts';

/** A line of /etc/hosts with an address. */
export interface HostsEntry {
  address: Uint8Array;
  /** The canonical name first; as written. */
  names: readonly string[];
}

/** /etc/hosts, and what of it is no entry. */
export interface Hosts {
  entries: HostsEntry[];
  remarks: Remark[];
  /** The buffer that its longest line needs, comments counted. */
  bytes: number;
}

/** struct hostent_data of files-hosts.c: an address and two pointers. */
const LINE_HEAD_BYTES = 32;

/** The lines that nss_files reads as entries, and those it skips (nss/nss_files/files-hosts.c, LINE_PARSER). */
export function parseHosts(text: string): Hosts {
  let bytes = 0;
  const entries: HostsEntry[] = [];
  const remarks: Remark[] = [];
  for (const { number: line, text: whole } of linesOf(text)) {
    const [content = ''] = whole.split('#');
    // Newline and NUL, and a byte that tells whether all of it was read.
    bytes = Math.max(bytes, LINE_HEAD_BYTES + whole.length + 3);
    const [first, ...names] = words(content);
    if (first === undefined) continue;
    const remark = (reason: string) => remarks.push({ file: 'hosts', line, text: whole, reason });
    const address = inetPton(first);
    if (!address)
      remark(
        first.includes('%')
          ? 'an address with a zone: the line is skipped'
          : 'no IP address: the line is skipped',
      );
    else if (names.length === 0) remark('no name after the address');
    if (!address) continue;
    entries.push({ address, names: names.length > 0 ? names : [''] });
    // Behind the line lie pointers to its aliases.
    const pointersAt = Math.ceil((LINE_HEAD_BYTES + content.length + 1) / POINTER_BYTES) * POINTER_BYTES;
    bytes = Math.max(bytes, pointersAt + (Math.max(1, names.length) + 1) * POINTER_BYTES);
  }
  return { entries, remarks, bytes };
}

/**
 * The addresses of a name: all lines that have it, in order, letters in either case. IPv4 alone takes v4-mapped lines
 * and `::1` (as 127.0.0.1) too, as files-hosts.c does. Lines are merged: host.conf's `multi on`, which distributions
 * ship.
 */
export function hostsAddresses(
  entries: readonly HostsEntry[],
  name: string,
  family: 'unspec' | 'inet' | 'inet6',
): Uint8Array[] {
  const wanted = lowerAscii(name);
  return entries
    .filter(({ names }) => names.some((each) => lowerAscii(each) === wanted))
    .map(({ address }) => (family === 'inet' ? asIpv4(address) : address))
    .filter((address) => address !== undefined)
    .filter((address) => family === 'unspec' || address.length === (family === 'inet' ? 4 : 16));
}

function asIpv4(address: Uint8Array): Uint8Array | undefined {
  if (isIpv6Loopback(address)) return Uint8Array.of(127, 0, 0, 1);
  const plain = unmapped(address);
  return plain.length === 4 ? plain : undefined;
}
