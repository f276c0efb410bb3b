import { MAX_HOLDERS, type PortHolder } from '../../journal/kernel-record.ts';
import type { UdpSocket } from '../../procfs/udp-table.ts';
import type { AppSockets } from './app-sockets.ts';

/** Pairs of user and remote port that are told apart; sockets of others beyond are counted, and held by nobody. */
const MAX_PAIRS = 8_192;
const DNS = 53;

interface Holder extends PortHolder {
  /** Of its sockets, those that the application has open. */
  own: number;
}

/** What is counted of one reading of the tables. It counts for nothing until they were read to their end. */
export interface UdpTally {
  visit(socket: Readonly<UdpSocket>): void;
  sockets(): number;
  /** Connected to port 53. */
  dns(): number;
  /** Usable ports that are taken, each once. */
  ports(): number;
  /** Whose usable ports are taken, the greatest first. */
  holders(): PortHolder[];
}

/** @param taken gets a 1 for each port that a socket has */
export function createUdpTally(
  taken: Uint8Array,
  isUsable: (port: number) => boolean,
  app: AppSockets | undefined,
): UdpTally {
  const pairs = new Map<number, Holder>();
  let sockets = 0;
  let dns = 0;
  let ports = 0;

  function hold({ uid, remotePort, inode }: Readonly<UdpSocket>): void {
    const key = uid * 65_536 + remotePort;
    let holder = pairs.get(key);
    if (!holder) {
      if (pairs.size >= MAX_PAIRS) return;
      holder = { uid, remotePort, sockets: 0, own: 0 };
      pairs.set(key, holder);
    }
    holder.sockets++;
    if (app?.inodes.has(inode)) holder.own++;
  }

  return {
    visit(socket) {
      sockets++;
      if (socket.remotePort === DNS) dns++;
      const { localPort } = socket;
      const isFirst = taken[localPort] === 0;
      taken[localPort] = 1;
      if (!isUsable(localPort)) return;
      if (isFirst) ports++;
      hold(socket);
    },
    sockets: () => sockets,
    dns: () => dns,
    ports: () => ports,
    holders: () =>
      [...pairs.values()]
        .sort((a, b) => b.sockets - a.sockets)
        .slice(0, MAX_HOLDERS)
        .map(({ own, ...holder }) => ({
          ...holder,
          // Sockets that are opened while the table is read are not among those known.
          ...(app && own * 2 > holder.sockets && { process: app.process }),
        })),
  };
}
