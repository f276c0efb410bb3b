import { type DroppingSocket, MAX_HOLDERS } from '../../journal/kernel-record.ts';
import type { Dropping } from './udp-survey.ts';

/** Tells what sockets have dropped since the table before. */
export interface ReceiveDrops {
  /** @param ownerName the application's, for its sockets */
  take(
    dropping: ReadonlyMap<number, Dropping>,
    ownerName: string | undefined,
  ): {
    worst: DroppingSocket[];
    /** All together. */
    grown: number;
  };
}

/** Nothing seen yet. */
export function createReceiveDrops(): ReceiveDrops {
  /** By inode; of those that have dropped nothing there is no entry. */
  let before: ReadonlyMap<number, Dropping> | undefined;
  return {
    take(dropping, ownerName) {
      const known = before;
      before = dropping;
      let total = 0;
      const sockets = [...dropping].map(([inode, { isOwn, ...socket }]): DroppingSocket => {
        const last = known?.get(inode)?.drops ?? 0;
        // Fewer than before: another socket that has the same inode number now. At the first table nobody knows when.
        const grown = known === undefined ? 0 : socket.drops - (socket.drops < last ? 0 : last);
        total += grown;
        return { ...socket, grown, ...(isOwn && ownerName !== undefined && { process: ownerName }) };
      });
      const worst = sockets.toSorted((a, b) => b.grown - a.grown || b.drops - a.drops).slice(0, MAX_HOLDERS);
      return { worst, grown: total };
    },
  };
}
