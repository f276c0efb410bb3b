/** What scripted servers answer in tests of rules about probes. */
import { RCODE } from '../../../src/dns/codes.ts';
import type { Rule } from '../../../src/dns/script.ts';

export const S1 = '127.0.0.53';
export const S2 = '127.0.0.54';

export const found: Rule = ({ type }) => (type === 'A' ? { a: ['192.0.2.10'] } : { aaaa: ['2001:db8::10'] });
export const missing: Rule = () => ({ rcode: RCODE.NXDOMAIN, soa: true });

/** Rules by name; other names are not there. */
export function byName(rules: Readonly<Record<string, Rule>>, other: Rule = missing): Rule {
  return (query) => (rules[query.name] ?? other)(query);
}

export function addresses4(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `192.0.2.${index + 1}`);
}
export function addresses6(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `2001:db8::${(index + 1).toString(16)}`);
}
