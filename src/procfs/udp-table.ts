import { ProcfsError } from './procfs-error.ts';

/** One socket of net/udp or net/udp6. */
export interface UdpSocket {
  localPort: number;
  /** 0: not connected. */
  remotePort: number;
  /** Bytes received and not read. */
  receiveQueue: number;
  uid: number;
  inode: number;
  /** Datagrams dropped since the socket is there. */
  drops: number;
}

/** Takes the bytes of the file as they come, in pieces of any size. */
export interface UdpTableParser {
  /** @throws ProcfsError where they are not what the kernel writes */
  write(bytes: Uint8Array): void;
  /** A last line that has not ended is torn, and counts for nothing. @throws ProcfsError where there was no line at all */
  end(): void;
}

/** Fields by their place: net/ipv4/udp.c, udp4_format_sock, and net/ipv6/datagram.c, __ip6_dgram_sock_seq_show. */
const LOCAL = 1;
const REMOTE = 2;
const QUEUES = 4;
const UID = 7;
const INODE = 9;
const DROPS = 12;
/** The base a field's number is written in: of two joined by a colon, the second one counts. What is not wanted is passed over. */
const OTHER = 0;
const DECIMAL = 10;
const HEX = 16;
const KINDS = Uint8Array.from({ length: DROPS + 1 }, (_, field) => {
  if ([LOCAL, REMOTE, QUEUES].includes(field)) return HEX;
  return [UID, INODE, DROPS].includes(field) ? DECIMAL : OTHER;
});
/** The value of a digit by its byte. */
const NO_DIGIT = 255;
const HEX_DIGITS = Uint8Array.from({ length: 256 }, (_, byte) => {
  const digit = Number.parseInt(String.fromCharCode(byte), 16);
  return Number.isNaN(digit) ? NO_DIGIT : digit;
});

/** The kernel pads its lines to 128 and 170 bytes. */
const MAX_LINE = 512;
const NEWLINE = 10;
const BLANK = 32;
const COLON = 58;

/**
 * A parser that goes byte by byte and makes no object a line: with 28,000 sockets it is run over 3.6 MB.
 *
 * @param file for errors: `net/udp`, `net/udp6`
 * @param visit is given the same object each time
 */
export function createUdpTableParser(
  file: string,
  visit: (socket: Readonly<UdpSocket>) => void,
): UdpTableParser {
  const values = new Float64Array(DROPS + 1);
  const socket: UdpSocket = { localPort: 0, remotePort: 0, receiveQueue: 0, uid: 0, inode: 0, drops: 0 };
  let lines = 0;
  /** Of the line at hand, kept from piece to piece. */
  let state = BEGIN;

  function fail(what: string): never {
    throw new ProcfsError(file, `line ${lines + 1}: ${what}`);
  }

  function endLine({ field, length, isHeader }: Pick<LineState, 'field' | 'length' | 'isHeader'>): void {
    if (!isHeader && length > 0) {
      if (field < DROPS) fail(`${field + 1} fields instead of ${DROPS + 1}`);
      take();
    }
    lines++;
  }

  function take(): void {
    socket.localPort = values[LOCAL] ?? 0;
    socket.remotePort = values[REMOTE] ?? 0;
    socket.receiveQueue = values[QUEUES] ?? 0;
    socket.uid = values[UID] ?? 0;
    socket.inode = values[INODE] ?? 0;
    socket.drops = values[DROPS] ?? 0;
    if (socket.localPort > 0xffff || socket.remotePort > 0xffff) fail('a port over 65535');
    visit(socket);
  }

  return {
    write(bytes) {
      // Locals: V8 boxes a number that a closure changes, and this runs for every byte.
      let { field, kind, value, length, isHeader, inField } = state;
      for (let at = 0; at < bytes.length; at++) {
        const byte = bytes[at] ?? 0;
        if (byte === NEWLINE || byte === BLANK) {
          if (inField && kind !== OTHER) values[field] = value;
          inField = false;
          length++;
          if (byte === BLANK) continue;
          endLine({ field, length: length - 1, isHeader });
          ({ field, kind, value, length, isHeader, inField } = BEGIN);
          continue;
        }
        if (!inField) {
          inField = true;
          field++;
          value = 0;
          // `sl`: the names of the columns.
          isHeader ||= field === 0 && lines === 0 && byte === 0x73;
          kind = isHeader || field > DROPS ? OTHER : (KINDS[field] ?? OTHER);
          if (length > MAX_LINE) fail(`longer than ${MAX_LINE} bytes`);
        }
        length++;
        if (kind === OTHER) continue;
        if (kind === HEX && byte === COLON) value = 0;
        else {
          const digit = HEX_DIGITS[byte] ?? NO_DIGIT;
          if (digit >= kind) fail('not a number');
          value = value * kind + digit;
        }
      }
      if (length > MAX_LINE) fail(`longer than ${MAX_LINE} bytes`);
      state = { field, kind, value, length, isHeader, inField };
    },
    end() {
      if (lines === 0) throw new ProcfsError(file, 'not even a line of column names');
    },
  };
}

interface LineState {
  field: number;
  kind: number;
  value: number;
  length: number;
  isHeader: boolean;
  inField: boolean;
}
const BEGIN: LineState = { field: -1, kind: OTHER, value: 0, length: 0, isHeader: false, inField: false };
