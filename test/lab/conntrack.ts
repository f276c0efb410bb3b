/** Connection tracking as the kernel tells of it, read without the daemon's parsers; and its limit. */

import { accessSync, constants, readFileSync } from 'node:fs';
import type { Namespace } from './namespace.ts';
import { type Program, startProgram } from './program.ts';

const SYSCTL = '/proc/sys/net/netfilter';
const LIMIT = `${SYSCTL}/nf_conntrack_max`;

/** The counters of a namespace by the kernel's names; all but `entries` are sums over its CPUs. */
export function counters({ pid }: Namespace): Record<string, number> {
  const [names = '', ...cpus] = readFileSync(`/proc/${pid}/net/stat/nf_conntrack`, 'utf8').trim().split('\n');
  const rows = cpus.map((cpu) =>
    cpu
      .trim()
      .split(/\s+/)
      .map((value) => Number.parseInt(value, 16)),
  );
  const sum = (column: number) => rows.reduce((total, row) => total + (row[column] ?? 0), 0);
  const columns = names.trim().split(/\s+/);
  return Object.fromEntries(
    columns.map((name, column) => [name, name === 'entries' ? (rows[0]?.[column] ?? 0) : sum(column)]),
  );
}

/** Only in the machine's first network namespace, and as its root; elsewhere it says that tests are skipped for it. */
export function canSetLimit(): boolean {
  try {
    accessSync(LIMIT, constants.W_OK);
    return true;
  } catch (error) {
    process.stderr.write(`\nSKIPPED: the lab test of a full table: ${error}\n`);
    return false;
  }
}

/** Takes over the limit; whatever ends this process, the one that was is put back. */
const KEEP = `
  trap '' INT TERM HUP
  before=$(cat "$0")
  echo "$1" >"$0"
  echo lowered
  read -r end || true
  echo "$before" >"$0"`;

/**
 * Lowers the limit of the machine's namespaces, each of which may have so many entries, until the program is ended.
 * Whoever else wants to waits until then.
 */
export function lowerLimit(limit: number): Program {
  return startProgram(['flock', LIMIT, 'sh', '-euc', KEEP, LIMIT, `${limit}`]);
}

/** Few entries, and yet far more than this machine's own namespace has. */
export function lowLimit(): number {
  return Math.max(2_000, 4 * Number(readFileSync(`${SYSCTL}/nf_conntrack_count`, 'utf8')));
}
