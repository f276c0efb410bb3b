import type { PortHolder } from '../../journal/kernel-record.ts';
import { MAX_HOLDERS } from '../../journal/kernel-record.ts';
import type { UdpSocket } from '../../procfs/udp-table.ts';

const DNS_PORT = 53;
const PORTS = 65_536;
/** Kinds of holders, sockets that drop: more in one namespace are left out. */
const MAX_KEPT = 4_096;

/** What is counted while the tables of both families go by: no socket is kept as it is. */
export interface UdpSurvey {
  add(socket: Readonly<UdpSocket>): void;
  sockets(): number;
  /** Distinct ports that are taken and usable. */
  portsUsed(isUsable: (port: number) => boolean): number;
  holders(ownerName: string | undefined): PortHolder[];
  /** Sockets connected to port 53: inodes and local ports, side by side. */
  dns(): { inodes: Float64Array; ports: Uint16Array };
  /** Sockets with drops, by inode. */
  dropping: ReadonlyMap<number, Dropping>;
}

/** A socket that has dropped something. */
export interface Dropping {
  localPort: number;
  remotePort: number;
  uid: number;
  drops: number;
  isOwn: boolean;
}

interface Holder extends Omit<PortHolder, 'process'> {
  own: number;
}

/** @param isOwn whether an inode is of the application's sockets; knows none where they cannot be seen */
export function createUdpSurvey(isOwn: (inode: number) => boolean): UdpSurvey {
  const taken = new Uint8Array(PORTS);
  const holders = new Map<number, Holder>();
  const dropping = new Map<number, Dropping>();
  const dns = createPairs();
  let sockets = 0;

  function hold(uid: number, remotePort: number, own: boolean): void {
    // Both fit: a uid has 32 bits, a port 16.
    const key = uid * PORTS + remotePort;
    const holder = holders.get(key) ?? { uid, remotePort, sockets: 0, own: 0 };
    if (holder.sockets === 0 && holders.size >= MAX_KEPT) return;
    holder.sockets++;
    if (own) holder.own++;
    holders.set(key, holder);
  }

  return {
    add({ localPort, remotePort, uid, inode, drops = 0 }) {
      const own = isOwn(inode);
      sockets++;
      taken[localPort] = 1;
      hold(uid, remotePort, own);
      if (remotePort === DNS_PORT) dns.add(inode, localPort);
      if (drops > 0 && dropping.size < MAX_KEPT)
        dropping.set(inode, { localPort, remotePort, uid, drops, isOwn: own });
    },
    sockets: () => sockets,
    portsUsed(isUsable) {
      let used = 0;
      for (let port = 0; port < PORTS; port++) if (taken[port] === 1 && isUsable(port)) used++;
      return used;
    },
    holders: (ownerName) =>
      [...holders.values()]
        .toSorted((a, b) => b.sockets - a.sockets)
        .slice(0, MAX_HOLDERS)
        .map(({ own, ...holder }) => ({
          ...holder,
          // Nearly all: some come and go while they are counted.
          ...(ownerName !== undefined && own > holder.sockets * 0.9 && { process: ownerName }),
        })),
    dns: dns.all,
    dropping,
  };
}

/** Inodes and ports in typed arrays that grow: 28,000 objects would be megabytes. */
function createPairs() {
  let inodes = new Float64Array(64);
  let ports = new Uint16Array(64);
  let length = 0;
  return {
    add(inode: number, port: number): void {
      if (length === inodes.length) {
        const [more, morePorts] = [new Float64Array(length * 2), new Uint16Array(length * 2)];
        more.set(inodes);
        morePorts.set(ports);
        [inodes, ports] = [more, morePorts];
      }
      inodes[length] = inode;
      ports[length] = port;
      length++;
    },
    all: () => ({ inodes: inodes.subarray(0, length), ports: ports.subarray(0, length) }),
  };
}
