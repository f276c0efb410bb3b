/** Which source ports the kernel gives to a socket that asks for none (Documentation/networking/ip-sysctl.rst). */
import { ProcfsError } from './procfs-error.ts';
import { fieldsOf, lineOf, shown } from './text.ts';

/** Both ends belong to it. */
export interface PortSpan {
  low: number;
  high: number;
}

/** What udp_lib_get_port (net/ipv4/udp.c) chooses from. */
export interface UsablePorts extends PortSpan {
  /** Of the range, those that are reserved. */
  reserved: number;
  /** What is left. */
  usable: number;
  /** Whether a port is in the range and not reserved. */
  includes(port: number): boolean;
}

/** sys/net/ipv4/ip_local_port_range; IPv6 has no other. @throws {ProcfsError} */
export function parsePortRange(text: string): PortSpan {
  const file = 'sys/net/ipv4/ip_local_port_range';
  const fields = fieldsOf(lineOf(text, file));
  if (fields.length !== 2) throw new ProcfsError(file, `${shown(text)} is not two ports`);
  const [low, high] = fields;
  return span(low, high, file);
}

/** sys/net/ipv4/ip_local_reserved_ports: `8080,9148-9150`, or nothing (proc_do_large_bitmap). @throws {ProcfsError} */
export function parsePortList(text: string): PortSpan[] {
  const file = 'sys/net/ipv4/ip_local_reserved_ports';
  const list = lineOf(text, file);
  if (list === '') return [];
  return list.split(',').map((item) => {
    const ends = item.split('-');
    if (ends.length > 2) throw new ProcfsError(file, `${shown(item)} is not a range`);
    return span(ends[0], ends[1] ?? ends[0], file);
  });
}

/** The range less what is reserved; spans may overlap and reach beyond it. */
export function usablePorts(range: Readonly<PortSpan>, reserved: readonly PortSpan[]): UsablePorts {
  const { low, high } = range;
  const taken = new Uint8Array(high - low + 1);
  for (const span of reserved) {
    if (span.high >= low) taken.fill(1, Math.max(span.low - low, 0), span.high - low + 1);
  }
  const count = taken.reduce((sum, each) => sum + each, 0);
  return {
    low,
    high,
    reserved: count,
    usable: taken.length - count,
    includes: (port) => taken[port - low] === 0,
  };
}

function span(low: string | undefined, high: string | undefined, file: string): PortSpan {
  const ends = { low: port(low, file), high: port(high, file) };
  if (ends.low > ends.high) throw new ProcfsError(file, `${ends.low} is above ${ends.high}`);
  return ends;
}

function port(field: string | undefined, file: string): number {
  const value = /^\d{1,5}$/.test(field ?? '') ? Number(field) : Number.NaN;
  if (!(value <= 65_535)) throw new ProcfsError(file, `${shown(field)} is not a port`);
  return value;
}
