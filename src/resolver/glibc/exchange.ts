import { CLASS_IN, RCODE, rcodeText, typeText } from '../../dns/codes.ts';
import type { Query } from '../../dns/query.ts';
import { HEADER_BYTES, type Header, readQuestion, sameName } from '../../dns/wire.ts';
import type { Errno, Event, SocketId, Steps } from '../model.ts';
import { close, wait } from '../steps.ts';

/** A connected socket, and what came on it while another was waited for. */
export interface UdpSocket {
  id: SocketId;
  pending: Event[];
}

/** One or two questions on their way to the servers: what resolv/res_send.c keeps over servers and rounds. */
export interface Exchange {
  queries: readonly Query[];
  /** Open UDP sockets by server. */
  sockets: Map<number, UdpSocket>;
  /** Anything came, or time ran out: not all servers are unreachable. */
  gotSomewhere: boolean;
  /** The errno of the last failure of TCP. */
  streamErrno: Errno;
  firstBuffer: FirstBuffer;
}

/**
 * The buffer of the first answer, over all candidates of a search: after a failure the search goes by the rcode that
 * was last read into it. A larger answer is put elsewhere, as all that follow are, and the search does not notice.
 */
export class FirstBuffer {
  #rcode = 0;
  #left = false;
  readonly #bytes: number;

  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  get rcode(): number {
    return this.#rcode;
  }

  clear(): void {
    if (!this.#left) this.#rcode = 0;
  }

  read(message: Uint8Array, { rcode }: Header): void {
    this.#left ||= message.length > this.#bytes;
    if (!this.#left) this.#rcode = rcode;
  }
}

/** How it went with one server. `answers` in order of arrival; an empty one stands for an error reply. */
export type Sent =
  | { end: 'answers'; first: Uint8Array; second?: Uint8Array }
  | { end: 'next' }
  | { end: 'tcp' }
  /** No socket: the lookup ends. */
  | { end: 'failed'; errno: Errno };

/** More do not fit a receive buffer of the kernel's usual 208 KiB. */
const MAX_PENDING = 256;

/** This server is given up. */
export const NEXT: Sent = { end: 'next' };

/** What socket(2) fails with; other errors of an open are connect(2)'s. */
const SOCKET_ERRORS: readonly Errno[] = ['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EAFNOSUPPORT', 'EACCES'];

/** Whether there was no socket, as against no way to the server. */
export function isSocketError(errno: Errno): boolean {
  return SOCKET_ERRORS.includes(errno);
}

/** __res_iclose: closes the sockets to all servers. */
export function* closeAll({ sockets }: Exchange): Steps<void> {
  for (const { id } of sockets.values()) yield* close(id);
  sockets.clear();
}

/** The next event of a socket, what comes on others kept for them. */
export function* nextEvent({ sockets }: Exchange, socket: UdpSocket, until: number): Steps<Event> {
  for (;;) {
    const kept = socket.pending.shift();
    if (kept) return kept;
    const event = yield* wait(until);
    if (event.event === 'timeout' || event.socket === socket.id) return event;
    const other = [...sockets.values()].find(({ id }) => id === event.socket);
    if (other && other.pending.length < MAX_PENDING) other.pending.push(event);
  }
}

/** Servers that answer so are left for the next one. */
export function isErrorReply({ rcode }: Header): boolean {
  return rcode === RCODE.SERVFAIL || rcode === RCODE.NOTIMP || rcode === RCODE.REFUSED;
}

/** An empty answer of a server that neither is responsible nor asks others (send_dg: a lame delegation). */
export function isLame(header: Header): boolean {
  const { rcode, answers, authoritative, recursionAvailable, additionals } = header;
  return (
    rcode === RCODE.NOERROR && answers === 0 && !authoritative && !recursionAvailable && additionals === 0
  );
}

/**
 * __libc_res_queriesmatch: the reply's question is the query's, letters in either case. A question that cannot be read
 * counts as a match, for the C function's -1 is not 0. What follows a cut message is whatever was in the buffer before:
 * mostly zeros in the first, on the stack, and no name in the second, on the heap (2.36 and 2.41, measured).
 */
export function questionMatches(
  query: Query,
  { questions }: Header,
  message: Uint8Array,
  isFirst: boolean,
): boolean {
  if (questions !== 1) return false;
  const padded = new Uint8Array(message.length + (isFirst ? LONGEST_QUESTION : 0));
  padded.set(message);
  const question = readQuestion(padded, HEADER_BYTES);
  if (!question) return true;
  return (
    question.type === query.type && question.class === CLASS_IN && sameName(question.labels, query.labels)
  );
}

/** A name, type and class. */
const LONGEST_QUESTION = 255 + 4;

/** `A got SERVFAIL`, for people. */
export function replyText(query: Query | undefined, header: Header): string {
  const lame = isLame(header) ? ' empty, not authoritative and without recursion' : '';
  return `${typeText(query?.type ?? 0)} got ${rcodeText(header.rcode)}${lame}`;
}
