import { MAX_LABEL_BYTES, MAX_NAME_BYTES } from '../../dns/wire.ts';

/** A name read, or why it is none, in BIND's words (lib/isc/result.c, lib/dns/result.c). */
export type NameText = { ok: true; labels: string[]; absolute: boolean } | { ok: false; why: string };

/** lib/dns/name.c, totext_filter_proc: what a master file gives a meaning. */
const SPECIAL = /["().;\\@$]/;

/** A name as it is typed (lib/dns/name.c, dns_name_fromtext): a last dot makes it absolute, a backslash escapes. */
export function nameFromText(text: string): NameText {
  if (text === '.') return { ok: true, labels: [], absolute: true };
  if (text === '@') return { ok: true, labels: [], absolute: false };
  const labels: string[] = [];
  let label = '';
  let bytes = 1;
  for (let at = 0; at < text.length; ) {
    if (text[at] === '.') {
      if (label === '') return { ok: false, why: 'empty label' };
      labels.push(label);
      label = '';
      bytes++;
      at++;
      continue;
    }
    // A bitstring label (RFC 2673), given up long since.
    if (label === '' && text.startsWith('\\[', at)) return { ok: false, why: 'bad label type' };
    const unit = escaped(text, at);
    if ('why' in unit) return { ok: false, why: unit.why };
    if (label.length === MAX_LABEL_BYTES) return { ok: false, why: 'label too long' };
    label += unit.byte;
    at = unit.end;
    if (++bytes >= MAX_NAME_BYTES) return { ok: false, why: 'ran out of space' };
  }
  if (text === '') return { ok: false, why: 'unexpected end of input' };
  if (label === '') return { ok: true, labels, absolute: true };
  return { ok: true, labels: [...labels, label], absolute: false };
}

/** One byte of a label: itself, `\.`, or `\046`. */
function escaped(text: string, at: number): { byte: string; end: number } | { why: string } {
  const unit = text[at] ?? '';
  if (unit !== '\\') return { byte: unit, end: at + 1 };
  const next = text[at + 1];
  if (next === undefined) return { why: 'unexpected end of input' };
  if (!/\d/.test(next)) return { byte: next, end: at + 2 };
  const digits = text.slice(at + 1, at + 4);
  if (digits.length < 3 && /^\d+$/.test(digits)) return { why: 'unexpected end of input' };
  if (!/^\d{3}$/.test(digits) || Number(digits) > 255) return { why: 'bad escape' };
  return { byte: String.fromCharCode(Number(digits)), end: at + 4 };
}

/** A name as BIND prints it: without the last dot, what is not printable or has a meaning escaped (dns_name_format). */
export function nameText(labels: readonly string[]): string {
  if (labels.length === 0) return '.';
  return labels.map((label) => label.replace(/[\s\S]/g, printed)).join('.');
}

function printed(unit: string): string {
  if (SPECIAL.test(unit)) return `\\${unit}`;
  return unit > ' ' && unit < '\x7f' ? unit : `\\${String(unit.charCodeAt(0)).padStart(3, '0')}`;
}
