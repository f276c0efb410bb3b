/** net/stat/nf_conntrack: a line of names, then one a possible CPU, in hex (ct_cpu_seq_show of nf_conntrack_standalone.c). */
import { ProcfsError } from './procfs-error.ts';
import { fieldsOf, hex32, linesOf } from './text.ts';

/** The kernel's names of the counters that tell of lost packets, and ours. */
const COUNTERS = {
  insert_failed: 'insert_failed',
  drop: 'drop',
  early_drop: 'early_drop',
  // Since 5.10, in the place of `searched`.
  clashres: 'clash_resolved',
  // Since 2.6.35.
  search_restart: 'search_restart',
  invalid: 'invalid',
} as const;
type Counter = (typeof COUNTERS)[keyof typeof COUNTERS];

/**
 * Entries of the namespace, which every line repeats, and counters added up over the CPUs: each CPU's is an unsigned
 * int and begins again at 0. A counter that the kernel does not have is absent.
 *
 * @throws {ProcfsError}
 */
export function parseConntrackStat(text: string): {
  entries: number;
  counters: Partial<Record<Counter, number>>;
} {
  const file = 'net/stat/nf_conntrack';
  const [header = '', ...lines] = linesOf(text, file);
  const names = fieldsOf(header);
  if (names[0] !== 'entries') throw new ProcfsError(file, 'no line of names');
  const cpus = lines.map(fieldsOf);
  const [first] = cpus;
  if (!first) throw new ProcfsError(file, 'no line of a CPU');
  if (cpus.some((fields) => fields.length !== names.length)) {
    throw new ProcfsError(file, 'not as many values as names');
  }
  const counters: Partial<Record<Counter, number>> = {};
  for (const [name, counter] of Object.entries(COUNTERS)) {
    const column = names.indexOf(name);
    if (column < 0) continue;
    counters[counter] = cpus.reduce((sum, fields) => sum + hex32(fields[column], file, name), 0);
  }
  return { entries: hex32(first[0], file, 'entries'), counters };
}
