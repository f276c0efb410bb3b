import { addressText, unmapped } from '../address.ts';
import type { GoRules } from './rules.ts';

/** An address as Go holds it: v4-mapped ones count as IPv4 everywhere (net.IP.To4). */
export interface Literal {
  /** Four or sixteen bytes. */
  bytes: Uint8Array;
  zone: string;
}

type LiteralRules = Pick<GoRules, 'leadingZeros' | 'emptyZone' | 'longGroups'>;

/** Reads an address as net.ParseIP did, and net/netip does since Go 1.20; undefined for anything else. */
export function readLiteral(text: string, rules: LiteralRules): Literal | undefined {
  const [first] = /[.:%]/.exec(text) ?? [];
  if (first === '.') {
    const bytes = readIpv4(text, rules);
    return bytes && { bytes: Uint8Array.from(bytes), zone: '' };
  }
  if (first !== ':') return undefined;
  // ≤1.19 the last percent sign begins the zone (splitHostZone); netip takes the first. Addresses have none either way.
  const percent = rules.emptyZone ? text.lastIndexOf('%') : text.indexOf('%');
  const zone = percent < 0 ? '' : text.slice(percent + 1);
  if (percent >= 0 && zone === '' && !rules.emptyZone) return undefined;
  const bytes = readIpv6(percent < 0 ? text : text.slice(0, percent), rules);
  return bytes && { bytes: unmapped(bytes), zone };
}

/** An address for people and error texts, as net.IP.String writes it. */
export function literalText({ bytes, zone }: Literal): string {
  return addressText(bytes) + (zone && `%${zone}`);
}

function readIpv4(text: string, { leadingZeros }: LiteralRules): number[] | undefined {
  const parts = text.split('.');
  const octet = leadingZeros ? /^\d+$/ : /^(?:0|[1-9]\d*)$/;
  if (parts.length !== 4 || !parts.every((part) => octet.test(part) && Number(part) <= 255)) return undefined;
  return parts.map(Number);
}

function readIpv6(text: string, rules: LiteralRules): Uint8Array | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [before, after] = halves.map((half) => groupsOf(half, rules));
  if (before === undefined || (halves.length === 2 && after === undefined)) return undefined;
  const count = before.length + (after?.length ?? 0);
  // `::` stands for one group at least.
  if (after ? count > 7 : count !== 8) return undefined;
  const groups = [...before, ...Array<number>(8 - count).fill(0), ...(after ?? [])];
  return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
}

/** 16-bit groups of one side of `::`, an IPv4 address at its end being two. */
function groupsOf(text: string, rules: LiteralRules): number[] | undefined {
  if (text === '') return [];
  const parts = text.split(':');
  const last = parts.at(-1) ?? '';
  const ipv4 = last.includes('.') ? readIpv4(last, rules) : undefined;
  if (last.includes('.') && !ipv4) return undefined;
  const hex = ipv4 ? parts.slice(0, -1) : parts;
  const group = rules.longGroups ? /^[0-9a-fA-F]+$/ : /^[0-9a-fA-F]{1,4}$/;
  const numbers = hex.map((part) => (group.test(part) ? Number.parseInt(part, 16) : Number.NaN));
  if (!numbers.every((number) => number <= 0xffff)) return undefined;
  const [a = 0, b = 0, c = 0, d = 0] = ipv4 ?? [];
  return ipv4 ? [...numbers, a * 256 + b, c * 256 + d] : numbers;
}
