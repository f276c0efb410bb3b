import type { Query } from '../../dns/query.ts';
import { endpoint } from '../address.ts';
import type { Steps } from '../model.ts';
import { type Context, has } from './context.ts';
import { closeAll, type Exchange, type FirstBuffer } from './exchange.ts';
import { sendDatagram } from './send-datagram.ts';
import { sendStream } from './send-stream.ts';

/** What servers answered, in order of arrival. The first is empty where its query got an error. */
export interface Answers {
  first: Uint8Array;
  second?: Uint8Array;
}

/**
 * resolv/res_send.c, __res_context_send: all servers in order, `attempts` times over.
 *
 * @returns undefined where none gave an answer; the context's errno says why
 */
export function* sendQueries(
  context: Context,
  queries: readonly Query[],
  firstBuffer: FirstBuffer,
): Steps<Answers | undefined> {
  const { conf } = context;
  const exchange: Exchange = {
    queries,
    sockets: new Map(),
    gotSomewhere: false,
    streamErrno: 'ETIMEDOUT',
    firstBuffer,
  };
  let stream = has(context, 'use-vc');
  const offset = rotation(context);
  for (let attempt = 0; attempt < conf.attempts; attempt++) {
    for (let shift = 0; shift < conf.servers.length; shift++) {
      const server = (shift + offset) % conf.servers.length;
      const to = conf.servers[server];
      if (!to) continue;
      let sent = stream
        ? yield* sendStream(context, exchange, to)
        : yield* sendDatagram(context, exchange, server);
      if (sent.end === 'tcp') {
        stream = true;
        sent = yield* sendStream(context, exchange, to);
      }
      // TCP: at most one attempt a server.
      if (stream) attempt = conf.attempts;
      if (sent.end === 'answers') {
        yield* closeAll(exchange);
        context.errno = '';
        return sent;
      }
      if (sent.end === 'failed') {
        yield* closeAll(exchange);
        context.errno = sent.errno;
        return undefined;
      }
    }
  }
  yield* closeAll(exchange);
  if (stream) context.errno = exchange.streamErrno;
  else context.errno = exchange.gotSomewhere ? 'ETIMEDOUT' : 'ECONNREFUSED';
  context.around.because(
    `no usable answer from ${conf.servers.map(endpoint).join(', ')} in ${conf.attempts} attempts`,
  );
  return undefined;
}

/** nameserver_offset: `rotate` begins at random and goes on by one with each candidate name. */
function rotation(context: Context): number {
  const { conf, state, around } = context;
  if (conf.servers.length <= 1 || !has(context, 'rotate')) return 0;
  const offset = state.rotation ?? around.random16();
  state.rotation = offset + 1;
  return offset % conf.servers.length;
}
