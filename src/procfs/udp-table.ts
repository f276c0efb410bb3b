/**
 * net/udp and net/udp6: a line a socket that has a port (net/ipv4/udp.c, udp4_format_sock; net/ipv6/datagram.c,
 * __ip6_dgram_sock_seq_show). Fields between blanks, of which the numbers have different widths:
 *
 *     sl local:port remote:port st tx:rx tr:when retrnsmt uid timeout inode ref pointer drops
 */
import { decimalAt, fieldEnd, fieldStart, hexAt, nextField } from './byte-fields.ts';
import { createByteLines } from './byte-lines.ts';
import { ProcfsError } from './procfs-error.ts';
import { shown } from './text.ts';

/** One line of the table. */
export interface UdpSocket {
  localPort: number;
  /** 0: not connected. */
  remotePort: number;
  /** As the user namespace of the reader has it. */
  uid: number;
  inode: number;
  /** Datagrams it dropped since it is there. Absent: the file has no such column, as before 2.6.27; that is not 0. */
  drops: number | undefined;
  /** Bytes received and not read, with the kernel's own overhead. */
  receiveQueue: number;
}

/** Takes the bytes of the file as they come, in chunks cut anywhere. */
export interface UdpTableParser {
  /** @throws {ProcfsError} where they are not what the kernel writes; what was visited before is not the whole table */
  write(bytes: Uint8Array): void;
  /** A last line that has not ended is torn and not visited. @throws {ProcfsError} where there was not even the line of names */
  end(): void;
}

/** The kernel pads those of IPv4 to 128 bytes; those of IPv6 have at most some 200. */
const MAX_LINE = 512;
const COLON = 0x3a;
const MINUS = 0x2d;
/** Digits of an address: of IPv4 and of IPv6. */
const ADDRESS = 8;
const ADDRESS6 = 32;

/**
 * A parser that makes no string and no object a line: a table may have 28,000 and more.
 *
 * @param file for errors: `net/udp` or `net/udp6`
 * @param visit is given the same object for every socket
 */
export function createUdpTableParser(
  file: string,
  visit: (socket: Readonly<UdpSocket>) => void,
): UdpTableParser {
  const socket: UdpSocket = {
    localPort: 0,
    remotePort: 0,
    uid: 0,
    inode: 0,
    drops: undefined,
    receiveQueue: 0,
  };
  let begun = false;
  const write = createByteLines(file, MAX_LINE, (bytes, from, to) => {
    if (begun && readSocket(socket, bytes, from, to)) visit(socket);
    else if (!begun && isNames(bytes, from, to)) begun = true;
    else throw new ProcfsError(file, `not a line of a socket: ${lineShown(bytes, from, to)}`);
  });
  return {
    write,
    end() {
      // The kernel always writes it: without it the file was cut, and no sockets are not 0 sockets.
      if (!begun) throw new ProcfsError(file, 'no line of names');
    },
  };
}

/** `sl local_address ...`. */
function isNames(bytes: Uint8Array, from: number, to: number): boolean {
  const at = fieldStart(bytes, from, to);
  return bytes[at] === 0x73 && bytes[at + 1] === 0x6c && fieldEnd(bytes, at, to) === at + 2;
}

/** Fills `socket` from one line; whether the line is one. */
function readSocket(socket: UdpSocket, bytes: Uint8Array, from: number, to: number): boolean {
  const slot = fieldStart(bytes, from, to);
  const slotEnd = fieldEnd(bytes, slot, to);
  const local = portAfter(bytes, fieldStart(bytes, slotEnd, to));
  const remote = portAfter(bytes, nextField(bytes, local, to));
  const queues = nextField(bytes, nextField(bytes, remote, to), to);
  const received = queues + 9;
  const uid = nextField(bytes, nextField(bytes, nextField(bytes, received, to), to), to);
  const inode = nextField(bytes, nextField(bytes, uid, to), to);
  const drops = nextField(bytes, nextField(bytes, nextField(bytes, inode, to), to), to);

  const queue = hexAt(bytes, received, 8, to);
  socket.localPort = hexAt(bytes, local, 4, to);
  socket.remotePort = hexAt(bytes, remote, 4, to);
  // An int (udp_rqueue_get), for a moment below zero while another CPU counts.
  socket.receiveQueue = Math.max(queue | 0, 0);
  socket.uid = decimalAt(bytes, uid, to);
  socket.inode = decimalAt(bytes, inode, to);
  socket.drops = drops === to ? undefined : dropsAt(bytes, drops, to);
  return (
    bytes[slotEnd - 1] === COLON &&
    decimalAt(bytes, slot, slotEnd - 1) >= 0 &&
    bytes[local - 1] === COLON &&
    socket.localPort >= 0 &&
    bytes[remote - 1] === COLON &&
    socket.remotePort >= 0 &&
    bytes[received - 1] === COLON &&
    queue >= 0 &&
    socket.uid >= 0 &&
    socket.inode >= 0 &&
    socket.drops !== -1
  );
}

/** Of `0100007F:0035`: where the port begins, if an address of one of the two families is before it. */
function portAfter(bytes: Uint8Array, at: number): number {
  return (bytes[at + ADDRESS] === COLON ? at + ADDRESS : at + ADDRESS6) + 1;
}

/** An unsigned int, which kernels before 5.0 print with a sign. */
function dropsAt(bytes: Uint8Array, at: number, to: number): number {
  if (bytes[at] !== MINUS) return decimalAt(bytes, at, to);
  const below = decimalAt(bytes, at + 1, to);
  return below > 0 && below <= 2 ** 31 ? 2 ** 32 - below : -1;
}

function lineShown(bytes: Uint8Array, from: number, to: number): string {
  return shown(String.fromCharCode(...bytes.subarray(from, Math.min(to, from + 40))));
}
