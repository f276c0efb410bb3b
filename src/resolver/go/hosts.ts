/** /etc/hosts as Go reads it (net/hosts.go, readHosts). */
import { lowerAscii } from '../../dns/wire.ts';
import { fileLines } from '../../golang/config-file.ts';
import type { FileText, Remark } from '../sources.ts';
import type { Version } from '../version.ts';
import { fields } from './fields.ts';
import { type Literal, readLiteral } from './literal.ts';
import { rulesOf } from './rules.ts';

export interface GoHosts {
  /** Addresses by name in lower case, in the order of the file and as often as they stand there. */
  byName: ReadonlyMap<string, readonly Literal[]>;
  remarks: Remark[];
}

/** Reads hosts; one that cannot be read stands for an empty one. */
export function readHosts(file: FileText, version: Version): GoHosts {
  const byName = new Map<string, Literal[]>();
  const remarks: Remark[] = [];
  const rules = rulesOf(version);
  for (const { number, text } of file.state === 'ok' ? fileLines(file.text) : []) {
    const [address, ...names] = fields(text.split('#', 1)[0] ?? '');
    if (address === undefined) continue;
    const literal = readLiteral(address, rules);
    if (!literal || names.length === 0) {
      const reason = literal ? 'no name behind the address: ignored' : 'no IP address: Go ignores the line';
      remarks.push({ file: 'hosts', line: number, text: text.trim(), reason });
      continue;
    }
    for (const name of names) {
      const key = keyOf(name);
      const known = byName.get(key);
      if (known) known.push(literal);
      else byName.set(key, [literal]);
    }
  }
  return { byName, remarks };
}

/** The addresses of a name. `localhost.` is another name than `localhost`, `a.b.` the same as `a.b`. */
export function hostsAddresses({ byName }: GoHosts, name: string): readonly Literal[] {
  return byName.get(keyOf(name)) ?? [];
}

/** net/dnsclient.go, absDomainName: a last dot for names that have one inside. */
function keyOf(name: string): string {
  const lower = lowerAscii(name);
  return lower.includes('.') && !lower.endsWith('.') ? `${lower}.` : lower;
}
