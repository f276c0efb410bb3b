import { type DnsSockets, PORT_REUSE_MS } from '../../journal/kernel-record.ts';
import { PORTS } from './port-count.ts';

/** DNS sockets of one table; of more than so many it is not told which are new. */
const MAX_SOCKETS = 65_536;

/** Which DNS sockets are new from table to table, and which of them have a port that another had lately. */
export interface FreshSockets {
  /** A table begins. @param at monotonic, ms */
  begin(at: number): void;
  visit(inode: number, port: number): void;
  /** The table was read to its end. Absent: there was none before it to hold it against. */
  end(): Omit<DnsSockets, 'at'> | undefined;
}

/** Nothing seen yet. */
export function createFreshSockets(): FreshSockets {
  /** When a port was last a DNS socket's. */
  const lastSeen = new Float64Array(PORTS).fill(Number.NEGATIVE_INFINITY);
  let before: { at: number; inodes: Set<number> } | undefined;
  let current = { at: 0, inodes: new Set<number>(), ports: new Set<number>() };
  let fresh = 0;
  let reused = 0;

  return {
    begin(at) {
      current = { at, inodes: new Set(), ports: new Set() };
      fresh = 0;
      reused = 0;
    },
    visit(inode, port) {
      const { at, inodes, ports } = current;
      if (inodes.size >= MAX_SOCKETS || inodes.has(inode)) return;
      inodes.add(inode);
      ports.add(port);
      if (!before || before.inodes.has(inode)) return;
      fresh++;
      if (at - (lastSeen[port] ?? 0) <= PORT_REUSE_MS) reused++;
    },
    end() {
      const { at, inodes, ports } = current;
      for (const port of ports) lastSeen[port] = at;
      const told = before && { overMs: at - before.at, fresh, reused };
      before = inodes.size < MAX_SOCKETS ? { at, inodes } : undefined;
      return before && told;
    },
  };
}
