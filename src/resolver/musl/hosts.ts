import { cString, fgets, isSpace, words } from '../c-text.ts';
import type { Family } from '../model.ts';
import type { Remark } from '../sources.ts';
import { type Address, readLiteral } from './literal.ts';

/** `char line[512]` of name_from_hosts. */
const LINE_BYTES = 512;
/** lookup.h, MAXADDRS */
export const MAX_ADDRESSES = 48;

/** What /etc/hosts has of a name. */
export interface InHosts {
  addresses: Address[];
  /** Some line has the name with an address that cannot be used: of the other family, or with an unknown scope. */
  unusable: boolean;
}

/**
 * The addresses of a name in /etc/hosts (lookup_name.c, name_from_hosts). Every line that has the name counts; case
 * matters.
 *
 * @param text of the file; empty for one that is missing or may not be read
 */
export function findInHosts(
  text: string,
  name: string,
  family: Family,
  interfaces: ReadonlySet<string> | undefined,
): InHosts {
  const addresses: Address[] = [];
  let unusable = false;
  for (const piece of fgets(text, LINE_BYTES)) {
    if (addresses.length >= MAX_ADDRESSES) break;
    // Most lines do not have the name: no more is done for them.
    if (!piece.text.includes(name)) continue;
    const line = heeded(piece.text);
    if (!hasName(line, name)) continue;
    const literal = readLiteral(firstWord(line), family, interfaces);
    if (typeof literal === 'object') addresses.push(literal.address);
    else if (literal !== undefined) unusable = true;
  }
  return { addresses, unusable };
}

/** A line up to its comment, which counts as a line's end. */
function heeded(piece: string): string {
  const line = cString(piece);
  const comment = line.indexOf('#');
  return comment < 0 ? line : `${line.slice(0, comment)}\n`;
}

/** The name with a blank before and after it: at the end of a file without a newline there is none. */
function hasName(line: string, name: string): boolean {
  for (let at = line.indexOf(name, 1); at >= 0; at = line.indexOf(name, at + 1))
    if (isSpace(line[at - 1]) && isSpace(line[at + name.length])) return true;
  return false;
}

function firstWord(line: string): string {
  let end = 0;
  while (end < line.length && !isSpace(line[end])) end++;
  return line.slice(0, end);
}

/** The lines of /etc/hosts that musl does not heed as they stand. */
export function hostsRemarks(text: string, interfaces?: ReadonlySet<string>): Remark[] {
  const remarks: Remark[] = [];
  let before = 0;
  for (const piece of fgets(text, LINE_BYTES)) {
    const reason = piece.line === before ? undefined : oddity(piece.text, interfaces);
    if (reason) remarks.push({ file: 'hosts', line: piece.line, text: piece.text.trim(), reason });
    before = piece.line;
  }
  return remarks;
}

function oddity(piece: string, interfaces: ReadonlySet<string> | undefined): string | undefined {
  const line = heeded(piece);
  if (words(line).length === 0) return undefined;
  if (isSpace(line[0])) return 'blanks before the address: musl ignores the line';
  if (typeof readLiteral(firstWord(line), 'unspec', interfaces) !== 'object')
    return 'does not begin with an IP address: musl ignores the line';
  if (line.endsWith('\n')) return undefined;
  return line.length === LINE_BYTES - 1
    ? `longer than ${LINE_BYTES - 1} bytes: musl reads what follows as a line of its own, without this address`
    : 'no newline at the end of the file: musl does not find the last name of the line';
}
