/** Files of /proc/sys that hold one number (kernel/sysctl.c, proc_dointvec and its like). */
import { decimal, lineOf } from './text.ts';

/** The number of a file, as below /proc: `sys/net/netfilter/nf_conntrack_max`. @throws {ProcfsError} */
export function parseNumber(text: string, file: string): number {
  return decimal(lineOf(text, file), file, 'it');
}
