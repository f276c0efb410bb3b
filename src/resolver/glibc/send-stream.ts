import { readHeader } from '../../dns/wire.ts';
import { endpoint } from '../address.ts';
import type { Event, Server, SocketId, Steps } from '../model.ts';
import { close, open, send, wait } from '../steps.ts';
import type { Context } from './context.ts';
import { type Exchange, isSocketError, NEXT, type Sent } from './exchange.ts';

/**
 * resolv/res_send.c, send_vc: all queries over one TCP connection, and no time limit. Ids are compared, questions are
 * not. A reset connection is made once more.
 */
export function* sendStream(context: Context, exchange: Exchange, to: Server): Steps<Sent> {
  const { around } = context;
  for (let resets = 0; ; resets++) {
    const opened = yield* open({ proto: 'tcp', to });
    if (!opened.ok) {
      exchange.streamErrno = opened.errno;
      return isSocketError(opened.errno) ? { end: 'failed', errno: opened.errno } : NEXT;
    }
    const { socket } = opened;
    const connected = yield* eventOf(socket);
    if (connected.event === 'connected') {
      yield* send(socket, exchange.queries);
      const answers = yield* readAnswers(exchange, socket);
      if (answers !== 'reset' || resets > 0) {
        yield* close(socket);
        if (answers !== 'failed' && answers !== 'reset') return answers;
        around.because(`${endpoint(to)} ended the TCP connection before all answers had come: next server`);
        return NEXT;
      }
      around.because(`${endpoint(to)} reset the TCP connection: it is made once more`);
    } else {
      const errno = connected.event === 'error' ? connected.errno : '';
      exchange.streamErrno = errno;
      around.because(`TCP to ${endpoint(to)} failed (${errno}): next server, UDP is not tried again`);
      yield* close(socket);
      return NEXT;
    }
    yield* close(socket);
  }
}

function* readAnswers(exchange: Exchange, socket: SocketId): Steps<Sent | 'failed' | 'reset'> {
  const open = new Set(exchange.queries.map(({ id }) => id));
  const answers: Uint8Array[] = [];
  for (;;) {
    const event = yield* eventOf(socket);
    if (event.event !== 'message') {
      // read(2) that gives 0 leaves errno as it was: 0.
      exchange.streamErrno = event.event === 'error' ? event.errno : '';
      return exchange.streamErrno === 'ECONNRESET' ? 'reset' : 'failed';
    }
    const header = readHeader(event.message);
    if (!header) {
      exchange.streamErrno = 'EMSGSIZE';
      return 'failed';
    }
    if (answers.length === 0) exchange.firstBuffer.read(event.message, header);
    if (!open.delete(header.id)) continue;
    answers.push(event.message);
    const [first, second] = answers;
    if (first && answers.length === exchange.queries.length)
      return { end: 'answers', first, ...(second && { second }) };
  }
}

function* eventOf(socket: SocketId): Steps<Event> {
  for (;;) {
    const event = yield* wait(Number.POSITIVE_INFINITY);
    if (event.event === 'timeout' || event.socket === socket) return event;
  }
}
