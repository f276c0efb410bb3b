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
export function holderText({ uid, remotePort, sockets, process }: PortHolder): string {
  const towards = remotePort === 0 ? 'not connected' : `towards port ${remotePort}`;
  return `uid ${uid} has ${grouped(sockets)} ${towards}${process === undefined ? '' : ` (${process})`}`;
}

function freshText({ at, overMs, fresh, reused }: DnsSockets): string {
  if (fresh === 0) return `no fresh socket to port 53 in ${duration(overMs)}, ${time(at)}`;
  const each = overMs > 0 ? `, at least ${rate(fresh / (overMs / 1_000))}` : '';
  const again = `${percent(reused / fresh)} of them on a port that another had within 30 s`;
  return `${counted(fresh, 'fresh socket')} to port 53 in ${duration(overMs)}${each}; ${again}, ${time(at)}`;
}
