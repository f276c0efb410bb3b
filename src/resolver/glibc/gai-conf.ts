/** /etc/gai.conf: gai.conf(5), read as getaddrinfo.c's gaiconf_init does. */
import { ipv4Bytes, ipv6Bytes, isV4Mapped, mapped } from '../address.ts';
import { linesOf, words } from '../c-text.ts';
import { prefixBytes } from '../rfc6724.ts';
import type { FileText } from '../sources.ts';

/** A row of the label or precedence table. */
interface PrefixRow {
  prefix: Uint8Array;
  bits: number;
  value: number;
}

export interface GaiConf {
  labels: readonly PrefixRow[];
  precedences: readonly PrefixRow[];
  /** Scopes of IPv4 addresses, as v4-mapped prefixes. */
  scopes: readonly PrefixRow[];
  /** The file is read again when it changes. */
  reload: boolean;
}

/** RFC 3484 section 2.1 with glibc's own rows for site-local, unique local and Teredo addresses: default_labels. */
const DEFAULT_LABELS: readonly PrefixRow[] = [
  row('00000000000000000000000000000001', 128, 0),
  row('2002', 16, 2),
  row('', 96, 3),
  row('00000000000000000000ffff', 96, 4),
  row('fec0', 10, 5),
  row('fc00', 7, 6),
  row('20010000', 32, 7),
  row('', 0, 1),
];
/** default_precedence */
const DEFAULT_PRECEDENCES: readonly PrefixRow[] = [
  row('00000000000000000000000000000001', 128, 50),
  row('2002', 16, 30),
  row('', 96, 20),
  row('00000000000000000000ffff', 96, 10),
  row('', 0, 40),
];
/** default_scopes */
const DEFAULT_SCOPES: readonly PrefixRow[] = [
  row('00000000000000000000ffffa9fe0000', 112, 2),
  row('00000000000000000000ffff7f000000', 104, 2),
  row('00000000000000000000ffff', 96, 14),
];

function row(hex: string, bits: number, value: number): PrefixRow {
  return { prefix: prefixBytes(hex), bits, value };
}

/** The tables by the file; without one, or without a row for a table, the built-in ones. */
export function parseGaiConf(file: FileText): GaiConf {
  const rows: Record<'label' | 'precedence' | 'scopev4', PrefixRow[]> = {
    label: [],
    precedence: [],
    scopev4: [],
  };
  let reload = false;
  for (const { text } of linesOf(file.state === 'ok' ? file.text : '')) {
    const [command = '', first = '', second = ''] = words(text.split('#')[0] ?? '');
    if (command === 'reload') reload = first === 'yes';
    if (command === 'label' || command === 'precedence') rows[command].push(...prefixRow(first, second));
    if (command === 'scopev4') rows[command].push(...scopeRow(first, second));
  }
  return {
    labels: table(rows.label, DEFAULT_LABELS),
    precedences: table(rows.precedence, DEFAULT_PRECEDENCES),
    scopes: table(rows.scopev4, DEFAULT_SCOPES),
    reload,
  };
}

/** The longest prefix first; the last row of the built-in table stays where the file has none of its length. */
function table(rows: readonly PrefixRow[], defaults: readonly PrefixRow[]): readonly PrefixRow[] {
  const last = defaults.at(-1);
  if (rows.length === 0 || !last) return defaults;
  const all = rows.some(({ bits }) => bits === last.bits) ? rows : [...rows, last];
  return all.toSorted((a, b) => b.bits - a.bits);
}

function prefixRow(written: string, valueText: string): PrefixRow[] {
  const [address = '', length] = written.split('/');
  const prefix = ipv6Bytes(address);
  const bits = length === undefined ? 128 : decimal(length);
  const value = decimal(valueText);
  return prefix && bits !== undefined && bits <= 128 && value !== undefined ? [{ prefix, bits, value }] : [];
}

function scopeRow(written: string, valueText: string): PrefixRow[] {
  const [address = '', length] = written.split('/');
  const ipv4 = ipv4Bytes(address);
  const ipv6 = ipv6Bytes(address);
  const prefix = ipv4 ? mapped(ipv4) : ipv6 && isV4Mapped(ipv6) ? ipv6 : undefined;
  const written96 = length === undefined ? (ipv4 ? 32 : 128) : decimal(length);
  const bits = written96 === undefined ? undefined : ipv4 ? written96 + 96 : written96;
  const value = decimal(valueText);
  const fits = prefix && bits !== undefined && bits >= 96 && bits <= 128;
  return fits && value !== undefined ? [{ prefix, bits, value }] : [];
}

/** strtoul(3) that must take all of the text, up to INT_MAX. */
function decimal(text: string): number | undefined {
  const value = /^\+?\d+$/.test(text) ? Number(text) : undefined;
  return value !== undefined && value <= 0x7fff_ffff ? value : undefined;
}
