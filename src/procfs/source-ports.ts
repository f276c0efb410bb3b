import { ProcfsError } from './procfs-error.ts';
import { shown } from './sysctl.ts';

/** Ports from one to another, both included. */
export interface PortSpan {
  low: number;
  high: number;
}

/** Which source ports the kernel may give. */
export interface UsablePorts extends PortSpan {
  /** Of the range, those that are reserved. */
  reserved: number;
  /** What is left. */
  usable: number;
  includes(port: number): boolean;
}

const RANGE_FILE = 'sys/net/ipv4/ip_local_port_range';
const RESERVED_FILE = 'sys/net/ipv4/ip_local_reserved_ports';
const MAX_PORT = 65_535;

/** `32768	60999` (ip-sysctl.rst, ip_local_port_range). @throws ProcfsError */
export function parsePortRange(text: string): PortSpan {
  const words = text.trim().split(/\s+/);
  const [low = Number.NaN, high = Number.NaN] = words.map((word) => portOf(word, RANGE_FILE));
  if (words.length !== 2 || high < low) throw new ProcfsError(RANGE_FILE, `not a range: ${shown(text)}`);
  return { low, high };
}

/** `8080,9000-9010`, or nothing (kernel/sysctl.c, proc_do_large_bitmap). @throws ProcfsError */
export function parsePortList(text: string): PortSpan[] {
  const items = text
    .trim()
    .split(',')
    .filter((item) => item !== '');
  return items.map((item) => {
    const [low = '', high = low, ...more] = item.split('-');
    const span = { low: portOf(low, RESERVED_FILE), high: portOf(high, RESERVED_FILE) };
    if (more.length > 0 || span.high < span.low)
      throw new ProcfsError(RESERVED_FILE, `not a range: ${shown(item)}`);
    return span;
  });
}

function portOf(word: string, file: string): number {
  const port = /^\d{1,5}$/.test(word) ? Number(word) : Number.NaN;
  if (!(port <= MAX_PORT)) throw new ProcfsError(file, `not a port: ${shown(word)}`);
  return port;
}

/** What of the range is left without the reserved ones, which are never given unasked. */
export function usablePorts({ low, high }: PortSpan, reserved: readonly PortSpan[]): UsablePorts {
  const isUsable = new Uint8Array(MAX_PORT + 1).fill(1, low, high + 1);
  for (const span of reserved) isUsable.fill(0, span.low, span.high + 1);
  const usable = isUsable.reduce((sum, each) => sum + each, 0);
  return { low, high, reserved: high - low + 1 - usable, usable, includes: (port) => isUsable[port] === 1 };
}
