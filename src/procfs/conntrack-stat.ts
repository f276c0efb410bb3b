import { ProcfsError } from './procfs-error.ts';
import { shown } from './sysctl.ts';

/** Column names, by the names of our metric. `clashres` is there since 5.10; before, its column was `searched`. */
const EVENT_COLUMNS = {
  insert_failed: 'insert_failed',
  drop: 'drop',
  early_drop: 'early_drop',
  clash_resolved: 'clashres',
  search_restart: 'search_restart',
  invalid: 'invalid',
} as const;

/** net/stat/nf_conntrack. */
export interface ConntrackStat {
  /** Of the network namespace. */
  entries: number;
  /** Since the namespace is there; what a kernel does not count is absent. */
  counters: Partial<Record<keyof typeof EVENT_COLUMNS, number>>;
}

const FILE = 'net/stat/nf_conntrack';

/**
 * A line of names, and one a CPU, hex (net/netfilter/nf_conntrack_standalone.c, ct_cpu_seq_show). Each CPU's counters
 * are its own and are added up; `entries` is the namespace's, and the same on every line.
 *
 * @throws ProcfsError
 */
export function parseConntrackStat(text: string): ConntrackStat {
  const [header = '', ...lines] = text.split('\n').filter((line) => line.trim() !== '');
  const names = header.trim().split(/\s+/);
  if (names[0] !== 'entries' || lines.length === 0)
    throw new ProcfsError(FILE, `no header and line of a CPU: ${shown(header)}`);
  const cpus = lines.map((line) => valuesOf(line, names.length));
  const columns = Object.entries(EVENT_COLUMNS).flatMap(([event, name]) => {
    const at = names.indexOf(name);
    return at < 0 ? [] : [[event, cpus.reduce((sum, values) => sum + (values[at] ?? 0), 0)]];
  });
  return { entries: cpus[0]?.[0] ?? 0, counters: Object.fromEntries(columns) };
}

function valuesOf(line: string, count: number): number[] {
  const words = line.trim().split(/\s+/);
  if (words.length !== count || !words.every((word) => /^[0-9a-f]{1,16}$/.test(word)))
    throw new ProcfsError(FILE, `not ${count} hexadecimal numbers: ${shown(line)}`);
  return words.map((word) => Number.parseInt(word, 16));
}
