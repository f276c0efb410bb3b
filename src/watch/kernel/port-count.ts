import type { SourcePorts, UdpSample } from '../../journal/kernel-record.ts';
import type { UsablePorts } from '../../procfs/source-ports.ts';

export const PORTS = 65_536;

/**
 * How many usable ports are taken: counted from a table, and carried on from there by the number of sockets.
 *
 * A port is taken for whoever asks for any address (net/ipv4/udp.c, udp_lib_lport_inuse). Where it is that of a socket of
 * IPv6 alone (IPV6_V6ONLY, or bound to an address: __inet6_bind), IPv4 may have it too; the table does not show that, and
 * it counts as taken.
 */
export interface PortCount {
  /** What may be given; what was counted is counted again by it. Absent: not known. */
  use(ports: UsablePorts | undefined): void;
  /** Whether a socket of this port takes one of them; any does as long as they are not known. */
  isUsable(port: number): boolean;
  /** A table has been read: a byte a port, not 0 where it is taken; how many usable ones are, and how many sockets there were. */
  counted(taken: Uint8Array, usable: number, sockets: number): void;
  /** The table can no longer be read: nothing is carried on from the last one. */
  forget(): void;
  /** Of the last table; absent: none was read, or the ports are not known. */
  ofTable(): number | undefined;
  /** With so many sockets now. @param from whether the table has been read just now */
  now(inuse: number, from: 'table' | 'estimate'): Pick<UdpSample, 'portsUsed' | 'portsFrom'>;
}

/** A count that knows nothing yet. */
export function createPortCount(): PortCount {
  let usable: UsablePorts | undefined;
  let table: { taken: Uint8Array; sockets: number } | undefined;
  let used: number | undefined;

  function recount(): void {
    used = table && usable && countTaken(table.taken, usable);
  }

  return {
    use(ports) {
      // Counting takes longer than all that is done at a tick.
      if (usable === ports) return;
      usable = ports;
      recount();
    },
    isUsable: (port) => usable?.includes(port) ?? true,
    counted(taken, takenUsable, sockets) {
      table = { taken, sockets };
      used = usable && takenUsable;
    },
    forget() {
      table = undefined;
      recount();
    },
    ofTable: () => used,
    now(inuse, from) {
      if (used === undefined || !table || !usable) return {};
      if (from === 'table') return { portsUsed: used, portsFrom: from };
      // A socket takes one port at most, and may have one that is not of the range.
      const carriedOn = used + inuse - table.sockets;
      return { portsUsed: Math.max(0, Math.min(carriedOn, inuse, usable.usable)), portsFrom: from };
    },
  };
}

function countTaken(taken: Uint8Array, { low, high, includes }: UsablePorts): number {
  let count = 0;
  for (let port = low; port <= high; port++) if (taken[port] !== 0 && includes(port)) count++;
  return count;
}

/** As it is kept. */
export function sourcePortsOf({ low, high, reserved, usable }: UsablePorts): SourcePorts {
  return { low, high, reserved, usable };
}
