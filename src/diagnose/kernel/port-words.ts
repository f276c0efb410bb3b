/** What is said of source ports: by the rule of those that are near their end, and of those that are at it. */
import type { DnsSockets, KernelRecord, PortHolder, UdpTable } from '../../journal/kernel-record.ts';
import { grouped, time } from '../evidence.ts';
import { counted, duration } from '../probes/transcripts.ts';
import { type PortPressure, portRiseOf } from './ports.ts';
import { percent, rate, riseText } from './words.ts';

/** `27,113 of 28,232` */
export function usedText({ ports, last }: PortPressure): string {
  return `${grouped(Math.min(last.used, ports.usable))} of ${grouped(ports.usable)}`;
}

/** How many are taken and until when they last, who holds them, and how fast DNS takes new ones. */
export function portEvidence(pressure: PortPressure, { udp }: KernelRecord): string[] {
  const { ports, last } = pressure;
  const { low, high, reserved } = ports;
  const rise = portRiseOf(pressure);
  const range = `${low} to ${high}${reserved > 0 ? `, ${grouped(reserved)} of them reserved` : ''}`;
  const how =
    last.from === 'table'
      ? 'counted in the table of sockets'
      : 'carried on from the table by the number of sockets';
  return [
    `${usedText(pressure)} usable source ports are taken (${percent(Math.min(1, last.ratio))}; range ${range}), ${how} ${time(last.at)}`,
    ...(rise && last.used < ports.usable ? [riseText(rise)] : []),
    ...(udp.table ? tableText(udp.table) : []),
    ...(udp.dns ? [freshText(udp.dns)] : []),
  ];
}

const SHOWN = 3;

function tableText({ at, sockets, dns, holders }: UdpTable): string[] {
  if (sockets === 0) return [];
  const held = holders.slice(0, SHOWN).map(holderText).join('; ');
  return [
    `${counted(sockets, 'UDP socket')}, ${grouped(dns)} of them connected to port 53 (${percent(dns / sockets)}), ${time(at)}${held === '' ? '' : `: ${held}`}`,
  ];
}

/** `uid 65532 has 812 towards port 53 (app (pid 7))` */
function holderText({ uid, remotePort, sockets, process }: PortHolder): string {
  const towards = remotePort === 0 ? 'not connected' : `towards port ${remotePort}`;
  return `uid ${uid} has ${grouped(sockets)} ${towards}${process === undefined ? '' : ` (${process})`}`;
}

function freshText({ at, overMs, fresh, reused }: DnsSockets): string {
  const each = overMs > 0 ? `, at least ${rate(fresh / (overMs / 1_000))}` : '';
  const again =
    fresh > 0 ? `; ${percent(reused / fresh)} of them on a port that another had within 30 s` : '';
  return `${grouped(fresh)} fresh sockets to port 53 in ${duration(overMs)}${each}${again}, ${time(at)}`;
}

/** What to change: first what holds them, where that is not DNS. */
export function portFix({ ports: { low, high } }: PortPressure, { isNode, udp }: KernelRecord): string {
  const [greatest] = udp.table?.holders ?? [];
  const total = udp.table?.sockets ?? 0;
  const leak =
    greatest && greatest.remotePort !== 53 && greatest.sockets > total / 2
      ? `Close what holds them: ${holderText(greatest)}; a client that is made anew for each request leaks. `
      : '';
  return `${leak}${wider(low, high, isNode === true)} Fewer queries: a dot at the end of external names or \`dnsConfig: {options: [{name: ndots, value: "2"}]}\`, connections that are used again; a nameserver that does not answer holds each port for 5 s: take it out.`;
}

const WIDE_LOW = 10_000;

function wider(low: number, high: number, isNode: boolean): string {
  const range = `${Math.min(low, WIDE_LOW)} ${Math.max(high, 65_535)}`;
  if (low <= WIDE_LOW && high >= 65_535) return 'The range is wide already.';
  return isNode
    ? `Widen the range on the node: \`sysctl -w net.ipv4.ip_local_port_range="${range}"\`.`
    : `Widen the range, a safe sysctl of the pod’s spec: \`securityContext: {sysctls: [{name: net.ipv4.ip_local_port_range, value: "${range}"}]}\` (new pods have it; leave out the ports that its containers listen on).`;
}
