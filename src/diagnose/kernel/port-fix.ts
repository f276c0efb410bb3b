/** What to change where source ports run out. */
import type { KernelRecord, UdpTable } from '../../journal/kernel-record.ts';
import type { ProcessRecord } from '../../journal/process-record.ts';
import type { Known } from '../finding.ts';
import { holderText } from './port-words.ts';
import type { PortPressure } from './ports.ts';

const FEWER_QUERIES =
  'Fewer queries: a dot at the end of external names or `dnsConfig: {options: [{name: ndots, value: "2"}]}`, connections that are used again; a nameserver that does not answer holds each port for 5 s: take it out.';

/** First what holds them, where that is not DNS; fewer queries only where DNS holds some, or nothing tells who does. */
export function portFix(
  pressure: PortPressure,
  { isNode, udp }: KernelRecord,
  processes: Known['processes'],
): string {
  const { low, high } = pressure.ports;
  const table = tableOf(pressure, udp.table);
  return [
    ...(table ? holdersFix(table) : []),
    wider(low, high, isNode === true),
    ...queriesFix(table, processes?.app?.libc),
  ].join(' ');
}

/** The table, if it is of the time in which they were taken: of those that are gone it says nothing. */
function tableOf({ samples }: PortPressure, table: UdpTable | undefined): UdpTable | undefined {
  const most = samples.reduce((greatest, { used }) => Math.max(greatest, used), 0);
  return table && table.sockets >= most / 2 ? table : undefined;
}

/** Of less than a tenth that are DNS, no change to DNS frees enough. */
const DNS_COUNTS = 0.1;

function isDns({ sockets, dns }: UdpTable): boolean {
  return dns >= DNS_COUNTS * sockets;
}

function holdersFix(table: UdpTable): string[] {
  const [greatest] = table.holders;
  if (!greatest || greatest.remotePort === 53) return [];
  if (greatest.sockets <= table.sockets / 2 && isDns(table)) return [];
  return [
    `Close what holds them: ${holderText(greatest)}; a client that is made anew for each request leaks: one for the process is enough.`,
  ];
}

function queriesFix(table: UdpTable | undefined, libc: ProcessRecord['libc']): string[] {
  if (!table || isDns(table)) return [FEWER_QUERIES];
  // They are bound, not connected: src/network/res_msend.c.
  const maybeMusl = table.holders[0]?.remotePort === 0 && (libc === undefined || libc === 'musl');
  return maybeMusl
    ? [`If they are lookups of musl, whose sockets are not connected: ${FEWER_QUERIES.replace('F', 'f')}`]
    : [];
}

const WIDE_LOW = 10_000;

function wider(low: number, high: number, isNode: boolean): string {
  const range = `${Math.min(low, WIDE_LOW)} ${Math.max(high, 65_535)}`;
  if (low <= WIDE_LOW && high >= 65_535) return 'The range is wide already.';
  return isNode
    ? `Widen the range on the node: \`sysctl -w net.ipv4.ip_local_port_range="${range}"\`.`
    : `Widen the range, a safe sysctl of the pod’s spec: \`securityContext: {sysctls: [{name: net.ipv4.ip_local_port_range, value: "${range}"}]}\` (new pods have it; leave out the ports that its containers listen on).`;
}
