/**
 * Addresses between text and bytes. Own code because every lookup converts a dozen of them: node:net can only check, by
 * a regular expression that costs more than reading.
 */

/** The four or sixteen bytes of an address, a zone left out; undefined for anything else. */
export function addressBytes(text: string): Uint8Array | undefined {
  const zone = text.indexOf('%');
  const address = zone < 0 ? text : text.slice(0, zone);
  return address.includes(':') ? ipv6Bytes(address) : ipv4Bytes(address);
}

/** inet_pton(3) for IPv4: four decimal numbers without leading zeros. */
export function ipv4Bytes(text: string): Uint8Array | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  const bytes = new Uint8Array(4);
  for (let at = 0; at < 4; at++) {
    const part = parts[at] ?? '';
    const value = Number(part);
    if (!isNumeral(part, DIGITS, 3) || value > 255 || (part.length > 1 && part.startsWith('0')))
      return undefined;
    bytes[at] = value;
  }
  return bytes;
}

/**
 * inet_pton(3) for IPv6, without a zone. RFC 4291 section 2.2: eight groups, `::` once for one or more of zeros, the
 * last two as IPv4 if so written.
 */
export function ipv6Bytes(text: string): Uint8Array | undefined {
  const gap = text.indexOf('::');
  const before = groupsOf(gap < 0 ? text : text.slice(0, gap), gap < 0);
  const after = gap < 0 ? [] : groupsOf(text.slice(gap + 2), true);
  if (!before || !after) return undefined;
  const written = before.length + after.length;
  if (gap < 0 ? written !== 8 : written > 7) return undefined;
  const bytes = new Uint8Array(16);
  let at = 0;
  for (const group of before) at = putGroup(bytes, at, group);
  at = 16 - 2 * after.length;
  for (const group of after) at = putGroup(bytes, at, group);
  return bytes;
}

/** The numbers of some groups; undefined where one is none. @param last whether they end the address */
function groupsOf(text: string, last: boolean): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (isNumeral(part, HEX_DIGITS, 4)) groups.push(Number.parseInt(part, 16));
    else {
      const ipv4 = last && index === parts.length - 1 ? ipv4Bytes(part) : undefined;
      if (!ipv4) return undefined;
      groups.push(groupAt(ipv4, 0), groupAt(ipv4, 2));
    }
  }
  return groups;
}

function groupAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

function putGroup(bytes: Uint8Array, at: number, group: number): number {
  bytes[at] = group >> 8;
  bytes[at + 1] = group & 0xff;
  return at + 2;
}

const DIGITS = /^[0-9]+$/;
const HEX_DIGITS = /^[0-9A-Fa-f]+$/;

function isNumeral(text: string, digits: RegExp, most: number): boolean {
  return text.length <= most && digits.test(text);
}

/** An address in canonical text: dotted decimal, or RFC 5952 with v4-mapped as `::ffff:192.0.2.1`. */
export function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return dotted(bytes, 0);
  if (isV4Mapped(bytes)) return `::ffff:${dotted(bytes, 12)}`;
  const gap = longestGap(bytes);
  let text = '';
  for (let at = 0; at < 16; at += 2) {
    if (at === gap.at) {
      text += '::';
      at += gap.bytes - 2;
    } else {
      if (text !== '' && !text.endsWith(':')) text += ':';
      text += groupAt(bytes, at).toString(16);
    }
  }
  return text;
}

function dotted(bytes: Uint8Array, at: number): string {
  return `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`;
}

/** RFC 5952 section 4.2: the first longest run of two or more zero groups. `at` is -1 where there is none. */
function longestGap(bytes: Uint8Array): { at: number; bytes: number } {
  let longest = { at: -1, bytes: 2 };
  for (let at = 0; at < 16; at += 2) {
    let end = at;
    while (end < 16 && bytes[end] === 0 && bytes[end + 1] === 0) end += 2;
    if (end - at > longest.bytes) longest = { at, bytes: end - at };
    if (end > at) at = end - 2;
  }
  return longest;
}

/** RFC 4291 section 2.5.5.2. */
export function isV4Mapped(bytes: Uint8Array): boolean {
  if (bytes.length !== 16 || bytes[10] !== 255 || bytes[11] !== 255) return false;
  for (let at = 0; at < 10; at++) if (bytes[at] !== 0) return false;
  return true;
}
