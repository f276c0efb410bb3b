/** /etc/hosts as Go reads it (net/hosts.go, readHosts). */
import { lowerAscii } from '../../dns/wire.ts';
import { fields, fileLines } from '../../golang/config-file.ts';
import type { FileText, Remark } from '../sources.ts';
import type { Version } from '../version.ts';
import { type Literal, readLiteral } from './literal.ts';
import { rulesOf } from './rules.ts';

/** What hosts has of a name. */
interface Entry {
  /** In the order of the file and as often as they stand there. */
  literals: Literal[];
  /** The first name of the first line that has the name. */
  canonical: string;
}

export interface GoHosts {
  /** By name in lower case. */
  byName: ReadonlyMap<string, Readonly<Entry>>;
  remarks: Remark[];
}

/** Reads hosts; one that cannot be read stands for an empty one. */
export function readHosts(file: FileText, version: Version): GoHosts {
  const byName = new Map<string, Entry>();
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
      if (known) known.literals.push(literal);
      else byName.set(key, { literals: [literal], canonical: keyOf(names[0] ?? '') });
    }
  }
  return { byName, remarks };
}

/** The addresses of a name. `localhost.` is another name than `localhost`, `a.b.` the same as `a.b`. */
export function hostsAddresses({ byName }: GoHosts, name: string): readonly Literal[] {
  return byName.get(keyOf(name))?.literals ?? [];
}

/** Bytes of dnsmessage.Name.Data. */
const LONGEST_CANONICAL = 255;

/** Whether the first name on the line of a name is one that dnsmessage.NewName takes. */
export function hasFittingCanonical({ byName }: GoHosts, name: string): boolean {
  return (byName.get(keyOf(name))?.canonical.length ?? 0) <= LONGEST_CANONICAL;
}

/** net/dnsclient.go, absDomainName: a last dot for names that have one inside. */
function keyOf(name: string): string {
  const lower = lowerAscii(name);
  return lower.includes('.') && !lower.endsWith('.') ? `${lower}.` : lower;
}
