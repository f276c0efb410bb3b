import { ProcfsError } from './procfs-error.ts';
import { shown } from './sysctl.ts';

/** What the CPUs took from their backlogs, added up. */
export interface SoftnetStat {
  processed: number;
  dropped: number;
  squeezed: number;
}

/**
 * net/softnet_stat: a line a CPU, hex, without names. The first three columns are the same in every kernel; there are
 * 11 of them in 5.4, 13 since 5.10, 15 since 6.10 (net/core/net-procfs.c, softnet_seq_show).
 *
 * @throws ProcfsError
 */
export function parseSoftnet(text: string): SoftnetStat {
  const lines = text.split('\n').filter((line) => line !== '');
  if (lines.length === 0) throw new ProcfsError('net/softnet_stat', 'no line of any CPU');
  const sum = { processed: 0, dropped: 0, squeezed: 0 };
  for (const line of lines) {
    const [processed, dropped, squeezed] = line.split(' ');
    sum.processed += hex(processed, line);
    sum.dropped += hex(dropped, line);
    sum.squeezed += hex(squeezed, line);
  }
  return sum;
}

function hex(word: string | undefined, line: string): number {
  if (word === undefined || !/^[0-9a-f]{8}$/.test(word))
    throw new ProcfsError('net/softnet_stat', `not the columns of a CPU: ${shown(line)}`);
  return Number.parseInt(word, 16);
}
