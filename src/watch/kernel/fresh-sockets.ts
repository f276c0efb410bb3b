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

/**
 * Nothing seen yet. A socket is one number, its inode, of 32 bits (fs/inode.c, get_next_ino), and below it its port:
 * two sorted arrays of them that are used again and again take a quarter of the memory of sets, and leave nothing to
 * collect.
 */
export function createFreshSockets(): FreshSockets {
  /** When a port was last a DNS socket's. */
  const lastSeen = new Float64Array(PORTS).fill(Number.NEGATIVE_INFINITY);
  let [sockets, spare] = [new Float64Array(1_024), new Float64Array(1_024)];
  let count = 0;
  let at = 0;
  let before: { at: number; sockets: Float64Array } | undefined;

  /** Both are sorted. */
  function compare(now: Float64Array, earlier: Float64Array): { fresh: number; reused: number } {
    const told = { fresh: 0, reused: 0 };
    let other = 0;
    for (let index = 0; index < now.length; index++) {
      const socket = now[index] ?? 0;
      // A table that changes while it is read may show a socket twice.
      if (socket === now[index - 1]) continue;
      while (other < earlier.length && (earlier[other] ?? 0) < socket) other++;
      if (earlier[other] === socket) continue;
      told.fresh++;
      if (at - (lastSeen[socket % PORTS] ?? 0) <= PORT_REUSE_MS) told.reused++;
    }
    return told;
  }

  return {
    begin(now) {
      at = now;
      count = 0;
    },
    visit(inode, port) {
      if (count >= MAX_SOCKETS) return;
      if (count === sockets.length) {
        const more = new Float64Array(2 * count);
        more.set(sockets);
        sockets = more;
      }
      sockets[count++] = inode * PORTS + port;
    },
    end() {
      const now = sockets.subarray(0, count).sort();
      const told = before && { overMs: at - before.at, ...compare(now, before.sockets) };
      for (const socket of now) lastSeen[socket % PORTS] = at;
      before = count < MAX_SOCKETS ? { at, sockets: now } : undefined;
      [sockets, spare] = [spare, sockets];
      return before && told;
    },
  };
}
