import { type DroppingSocket, MAX_HOLDERS } from '../../journal/kernel-record.ts';
import type { UdpSocket } from '../../procfs/udp-table.ts';

/** Sockets with drops of one table; more than so many are not told apart. */
const MAX_SOCKETS = 4_096;

/** What sockets have dropped of what they received, from table to table. */
export interface SocketDrops {
  /** A table begins. */
  begin(): void;
  visit(socket: Readonly<UdpSocket>, process: string | undefined): void;
  /** The table was read to its end. @returns by how much the counters have grown, and whose did */
  end(): { grown: number; dropping: DroppingSocket[] };
}

interface Drops {
  of: Map<number, DroppingSocket>;
  /** There were more sockets than it may hold: one that is not in it may have been there. */
  isFull: boolean;
}

const empty = (): Drops => ({ of: new Map(), isFull: false });

/** Nothing seen yet: what the first table has was dropped before this process looked. */
export function createSocketDrops(): SocketDrops {
  let before: Drops | undefined;
  let current = empty();

  function grownBy(inode: number, drops: number): number {
    if (!before) return 0;
    const known = before.of.get(inode)?.drops;
    if (known === undefined) return before.isFull ? 0 : drops;
    // Less than before: another socket has got its inode, or the counter has begun anew.
    return drops < known ? drops : drops - known;
  }

  return {
    begin() {
      current = empty();
    },
    visit({ inode, drops, localPort, remotePort, uid }, process) {
      // A table that changes while it is read may show a socket twice.
      if (drops === undefined || drops === 0 || current.of.has(inode)) return;
      if (current.of.size >= MAX_SOCKETS) {
        current.isFull = true;
        return;
      }
      const grown = grownBy(inode, drops);
      const socket = { localPort, remotePort, uid, drops, grown, ...(process !== undefined && { process }) };
      current.of.set(inode, socket);
    },
    end() {
      before = current;
      const sockets = [...current.of.values()];
      return {
        grown: sockets.reduce((sum, socket) => sum + socket.grown, 0),
        dropping: sockets.sort((a, b) => b.grown - a.grown || b.drops - a.drops).slice(0, MAX_HOLDERS),
      };
    },
  };
}
