import { type DnsSockets, PORT_REUSE_MS } from '../../journal/kernel-record.ts';

const PORTS = 65_536;

/** Tells the DNS sockets that are new from those of the table before, and those on a port that DNS had lately. */
export interface DnsSocketHistory {
  /**
   * @param at when the table was read, ms since the epoch
   * @returns undefined for the first table: nothing is known of before
   */
  take(sockets: { inodes: Float64Array; ports: Uint16Array }, at: number): DnsSockets | undefined;
}

/** Nothing seen yet. */
export function createDnsSocketHistory(): DnsSocketHistory {
  /** Sorted. */
  let before: Float64Array | undefined;
  let beforeAt = 0;
  /** By port: when a DNS socket had it last, ms since the epoch; 0: never. */
  let hadAt: Float64Array | undefined;

  return {
    take({ inodes, ports }, at) {
      const known = before;
      hadAt ??= new Float64Array(PORTS);
      let fresh = 0;
      let reused = 0;
      for (let index = 0; index < inodes.length; index++) {
        if (known && includes(known, inodes[index] ?? 0)) continue;
        fresh++;
        if (at - (hadAt[ports[index] ?? 0] ?? 0) <= PORT_REUSE_MS) reused++;
      }
      for (const port of ports) hadAt[port] = at;
      const overMs = at - beforeAt;
      before = inodes.slice().sort();
      beforeAt = at;
      return known ? { at, overMs, fresh, reused } : undefined;
    },
  };
}

/** By halves, in a sorted array. */
function includes(sorted: Float64Array, wanted: number): boolean {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return sorted[low] === wanted;
}
