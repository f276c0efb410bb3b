/** What seldom changes, or only /kernel shows: read on every fifth tick. */
import type { KernelRecord } from '../../journal/kernel-record.ts';
import { parseNetstat } from '../../procfs/netstat.ts';
import { parseSoftnet } from '../../procfs/softnet.ts';
import { parsePortList, parsePortRange, type UsablePorts, usablePorts } from '../../procfs/source-ports.ts';
import { parsed, type Reading, readProc } from '../proc/read-proc.ts';
import { noteLook } from './looks.ts';

/** Reads netstat and softnet_stat, and whose namespace this is. */
export function readSlowFiles(proc: string, record: KernelRecord): void {
  const netstat = parsed(readProc(`${proc}/net/netstat`), parseNetstat);
  const counted = noteLook(record, 'netstat', `${proc}/net/netstat`, netstat);
  setOrDelete(record, 'tcpSynRetransmits', counted?.tcpSynRetransmits);
  const softnet = parsed(readProc(`${proc}/net/softnet_stat`), parseSoftnet);
  setOrDelete(record, 'softnet', noteLook(record, 'softnet', `${proc}/net/softnet_stat`, softnet));
  setOrDelete(record, 'isNode', isNodesNamespace(proc));
}

/** udp_mem is registered for the first network namespace alone: net/ipv4/sysctl_net_ipv4.c, ipv4_table. */
function isNodesNamespace(proc: string): boolean | undefined {
  const { state } = readProc(`${proc}/sys/net/ipv4/udp_mem`);
  if (state === 'ok') return true;
  // A sandbox without sysctls at all tells nothing.
  const hasSysctls = readProc(`${proc}/sys/net/ipv4/ip_local_port_range`).state === 'ok';
  return state === 'absent' && hasSysctls ? false : undefined;
}

/** Which source ports there are to give; undefined: not known, and then no share of them is either. */
export function readPorts(proc: string, record: KernelRecord): UsablePorts | undefined {
  const rangePath = `${proc}/sys/net/ipv4/ip_local_port_range`;
  const range = parsed(readProc(rangePath), parsePortRange);
  const reserved = parsed(readProc(`${proc}/sys/net/ipv4/ip_local_reserved_ports`), parsePortList);
  const both: Reading<UsablePorts> =
    range.state !== 'ok'
      ? range
      : reserved.state === 'ok' || reserved.state === 'absent'
        ? { state: 'ok', value: usablePorts(range.value, reserved.state === 'ok' ? reserved.value : []) }
        : reserved;
  const ports = noteLook(record, 'ports', rangePath, both);
  setOrDelete(record.udp, 'ports', ports && numbersOf(ports));
  return ports;
}

function numbersOf({ low, high, reserved, usable }: UsablePorts) {
  return { low, high, reserved, usable };
}

/** What is not seen any more is not known any more. */
export function setOrDelete<T extends object, K extends keyof T>(
  to: T,
  key: K,
  value: T[K] | undefined,
): void {
  if (value === undefined) delete to[key];
  else to[key] = value;
}
