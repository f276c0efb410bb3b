import { MAX_LABEL_BYTES, MAX_NAME_BYTES, nameLength } from '../../dns/wire.ts';

/** The labels of a name in text, or undefined where it cannot be put on the wire: resolv/ns_name_pton.c. */
export function labelsOf(name: string): string[] | undefined {
  if (name === '' || name === '.') return [];
  const labels = [''];
  const text = name.endsWith('.') && !endsEscaped(name) ? name.slice(0, -1) : name;
  if (!text.includes('\\')) return thatFit(text.split('.'));
  for (const [token = ''] of text.matchAll(/\\\d{3}|\\[^\d]|\\|[^\\]/gs)) {
    const unit = token === '.' ? token : unescaped(token);
    if (unit === undefined) return undefined;
    if (token === '.') labels.push('');
    else labels.push(`${labels.pop() ?? ''}${unit}`);
  }
  return thatFit(labels);
}

/** RFC 1035 section 2.3.4. */
function thatFit(labels: string[]): string[] | undefined {
  const fits =
    nameLength(labels) <= MAX_NAME_BYTES &&
    labels.every((label) => label.length > 0 && label.length <= MAX_LABEL_BYTES);
  return fits ? labels : undefined;
}

function endsEscaped(name: string): boolean {
  return (/(\\*)\.$/.exec(name)?.[1]?.length ?? 0) % 2 === 1;
}

/** One byte: itself, `\.` or `\046`. A backslash before fewer than three digits or nothing, or over 255, is an error. */
function unescaped(token: string): string | undefined {
  if (!token.startsWith('\\')) return token;
  const [digits] = /\d{3}$/.exec(token) ?? [];
  if (digits === undefined) return token.slice(1) || undefined;
  return Number(digits) > 255 ? undefined : String.fromCharCode(Number(digits));
}

/** res_hnok (resolv/res-name-checking.c): what is asked for, and what is believed as the owner of an address. */
export function isHostName(labels: readonly string[]): boolean {
  return !(labels[0] ?? '').startsWith('-') && labels.every((label) => /^[A-Za-z0-9_-]+$/.test(label));
}

/** Whether getaddrinfo's DNS part takes a name at all: check_name of resolv/nss_dns/dns-host.c. */
export function isAskable(name: string): boolean {
  const labels = /^[\x21-\x7e]*$/.test(name) ? labelsOf(name) : undefined;
  return labels !== undefined && isHostName(labels);
}

/** How many bytes a name takes as a C string, its NUL counted. */
export function textBytes(labels: readonly string[]): number {
  // The root is `.`; else the last label has no length byte behind it, and no dot.
  return labels.length === 0 ? 2 : nameLength(labels) - 1;
}
