import type { Scope } from '../../journal/conntrack-record.ts';
import type { KernelRecord } from '../../journal/kernel-record.ts';
import { createConntrackTableParser } from '../../procfs/conntrack-table.ts';
import type { Clock } from '../clock.ts';
import { noteTable } from './looks.ts';
import { readTable } from './read-table.ts';
import { setOrDelete } from './slow-files.ts';

const CURE =
  'Optional: `runAsGroup: 0` lets the sidecar read it, for it is 0440 root:root; the counts of entries are seen without it.';

/**
 * Counts the flows of DNS, where the table of connection tracking can be read.
 *
 * @param nodeProc the node's /proc, whose process 1 is in the namespace that matters; absent: our own namespace's
 */
export async function readDnsFlows(
  proc: string,
  nodeProc: string | undefined,
  record: KernelRecord,
  { clock }: Pick<Clock, 'clock'>,
  signal: AbortSignal,
): Promise<void> {
  const scope: Scope = nodeProc !== undefined || record.isNode === true ? 'node' : 'pod';
  const of = record.conntrack.get(scope);
  const path = nodeProc === undefined ? `${proc}/net/nf_conntrack` : `${nodeProc}/1/net/nf_conntrack`;
  const at = clock();
  const reading = await readTable(path, createConntrackTableParser(), signal);
  if (signal.aborted) return;
  const flows = noteTable(
    record,
    'conntrack-table',
    path,
    reading,
    reading.state === 'denied' ? CURE : undefined,
  );
  if (!of) return;
  setOrDelete(of, 'dns', flows && { at, replied: flows.dnsReplied, unreplied: flows.dnsUnreplied });
}
