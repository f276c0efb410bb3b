import { CLASS_IN, typeText } from '../../dns/codes.ts';
import { classText } from '../../dns/presentation.ts';
import type { Query } from '../../dns/query.ts';
import { readHeader, sameName } from '../../dns/wire.ts';
import type { Event, Server, SocketId, Steps } from '../model.ts';
import { close, open, send, wait } from '../steps.ts';
import { type Message, parseMessage } from './message.ts';
import { nameText } from './name.ts';
import type { Session } from './session.ts';

/** What became of one query to one server. `dropped`: a reply that ends the lookup and is not shown. */
export type Heard =
  | { is: 'message'; message: Message }
  | { is: 'no-socket'; why: string }
  | { is: 'error'; why: string }
  | { is: 'dropped' };

/** bin/dig/dighost.h: UDP_TIMEOUT and TCP_TIMEOUT, seconds. */
const UDP_TIMEOUT = 5;
const TCP_TIMEOUT = 10;
const OPCODES = ['QUERY', 'IQUERY', 'STATUS', 'RESERVED3', 'NOTIFY', 'UPDATE'];
/** lib/isc/netmgr/uverr2result.c and lib/isc/result.c. */
const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EPIPE: 'connection reset',
  ETIMEDOUT: 'timed out',
  ENETUNREACH: 'network unreachable',
  EHOSTUNREACH: 'host unreachable',
  EADDRNOTAVAIL: 'address not available',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EMFILE: 'too many open files',
  ENFILE: 'too many open files',
  EAFNOSUPPORT: 'address family not supported',
  EINVAL: 'invalid file',
};
const TIMED_OUT: Heard = { is: 'error', why: 'timed out' };

/** Asks one server once, from a socket of its own. */
export function* exchange(session: Session, server: Server, query: Query, tcp: boolean): Steps<Heard> {
  const { now, conf } = session;
  const timeout = 1000 * (conf.timeout || (tcp ? TCP_TIMEOUT : UDP_TIMEOUT));
  const opened = yield* open(tcp ? { proto: 'tcp', to: server } : { proto: 'udp', to: server });
  if (!opened.ok) return { is: 'no-socket', why: inWords(opened.errno) };
  const { socket } = opened;
  if (tcp) {
    const event = yield* wait(now() + timeout);
    if (event.event !== 'connected') {
      yield* close(socket);
      return { is: 'no-socket', why: failure(event) };
    }
  }
  yield* send(socket, [query]);
  const heard = yield* receive(session, socket, query, tcp, timeout);
  yield* close(socket);
  return heard;
}

function* receive(
  session: Session,
  socket: SocketId,
  query: Query,
  tcp: boolean,
  timeout: number,
): Steps<Heard> {
  for (let until = session.now() + timeout; ; ) {
    const event = yield* wait(until);
    if (event.event === 'timeout') return TIMED_OUT;
    if (event.event === 'error' && event.call === 'send' && !tcp) {
      // send_done only notes it; the read goes on to its timeout.
      session.because(
        `sending from socket ${socket} failed (${inWords(event.errno)}): it is waited for all the same`,
      );
      continue;
    }
    if (event.event !== 'datagram' && event.event !== 'message') return { is: 'error', why: failure(event) };
    const heard = judge(session, event.message, query, tcp);
    if (heard !== 'ignored') return heard;
    // lib/isc/netmgr/udp.c: the read that is begun anew has the whole time again.
    until = session.now() + timeout;
  }
}

/** bin/dig/dighost.c, recv_done: whether a reply is one to this query. */
function judge(session: Session, bytes: Uint8Array, query: Query, tcp: boolean): Heard | 'ignored' {
  const mismatch = tcp ? ({ is: 'dropped' } as const) : 'ignored';
  const header = readHeader(bytes);
  if (header?.id !== query.id) {
    const what = header
      ? `ID mismatch: expected ID ${query.id}, got ${header.id}`
      : 'short (< header size) message';
    session.print(
      `;; ${tcp ? 'ERROR' : 'Warning'}: ${what}${header || tcp ? '' : ' received'}`,
      tcp ? 'failed' : undefined,
    );
    return mismatch;
  }
  if (!header.response) session.print(';; Warning: query response not set');
  const parsed = parseMessage(bytes, header, session.tool.bestEffort);
  if ('bad' in parsed) {
    session.print(`;; Got bad packet: ${parsed.bad}`, 'failed');
    return { is: 'dropped' };
  }
  if (parsed.recoverable) session.print(';; Warning: Message parser reports malformed message packet.');
  if (header.opcode !== 0) {
    const got = OPCODES[header.opcode] ?? `RESERVED${header.opcode}`;
    session.print(`;; Warning: Opcode mismatch: expected QUERY, got ${got}`);
    return 'ignored';
  }
  const other = parsed.message.questions.find(
    (question) =>
      question.type !== query.type || question.class !== CLASS_IN || !sameName(question.labels, query.labels),
  );
  if (!other) return { is: 'message', message: parsed.message };
  session.print(
    `;; ;; Question section mismatch: got ${nameText(other.labels)}/${typeText(other.type)}/${classText(other.class)}`,
    tcp ? 'failed' : undefined,
  );
  return mismatch;
}

function failure(event: Event): string {
  if (event.event === 'error') return inWords(event.errno);
  return event.event === 'end' ? 'end of file' : 'timed out';
}

function inWords(errno: string): string {
  return WORDS[errno] ?? 'unexpected error';
}
