import type { Query } from '../dns/query.ts';
import type { Errno, Event, Open, Result, Server, SocketId, Step, Steps } from './model.ts';

/** A socket, or why there is none. */
export type Opened = { ok: true; socket: SocketId; port: number } | { ok: false; errno: Errno };

/** Each member of a union by itself. */
type WithoutDo<T> = T extends unknown ? Omit<T, 'do'> : never;

/** Opens a socket. */
export function* open(step: WithoutDo<Open>): Steps<Opened> {
  const result = yield { do: 'open', ...step };
  if ('result' in result) {
    if (result.result === 'opened') return { ok: true, socket: result.socket, port: result.port };
    if (result.result === 'failed') return { ok: false, errno: result.errno };
  }
  throw unexpected('open', result);
}

/** Sends queries; a failure comes as an event. */
export function* send(socket: SocketId, queries: readonly Query[], to?: Server): Steps<void> {
  yield { do: 'send', socket, queries, ...(to && { to }) };
}

/** The next event, or `timeout` at `until`. */
export function* wait(until: number): Steps<Event> {
  const result = yield { do: 'wait', until };
  if ('event' in result) return result;
  throw unexpected('wait', result);
}

/** Closes a socket. */
export function* close(socket: SocketId): Steps<void> {
  yield { do: 'close', socket };
}

/** The source address towards a destination, undefined where there is no way to it. */
export function* sourceOf(to: string): Steps<string | undefined> {
  const result = yield { do: 'source', to };
  return 'result' in result && result.result === 'source' ? result.address : undefined;
}

function unexpected(step: Step['do'], result: Result): Error {
  return new Error(`a network answered ${JSON.stringify(result)} to ${step}`);
}

/** A generator's first next() takes any value: nothing has been yielded that it could answer. */
const STARTED: Result = { result: 'done' };

/**
 * Runs several lookups at once, as Go's goroutines do: each has its own sockets, all share the clock.
 *
 * @returns what each gave, in the order they ended
 */
export function* inParallel<T>(tasks: readonly Steps<T>[]): Steps<{ index: number; value: T }[]> {
  const ended: { index: number; value: T }[] = [];
  const waiting = new Map<number, { task: Steps<T>; until: number; sockets: Set<SocketId> }>();

  function* advance(index: number, task: Steps<T>, sockets: Set<SocketId>, first: Result): Steps<void> {
    let next = task.next(first);
    while (!next.done && next.value.do !== 'wait') {
      const result: Result = yield next.value;
      if ('result' in result && result.result === 'opened') sockets.add(result.socket);
      next = task.next(result);
    }
    if (next.done) ended.push({ index, value: next.value });
    else if (next.value.do === 'wait') waiting.set(index, { task, until: next.value.until, sockets });
  }

  for (const [index, task] of tasks.entries()) yield* advance(index, task, new Set(), STARTED);
  while (waiting.size > 0) {
    const tasksWaiting = [...waiting];
    const first = Math.min(...tasksWaiting.map(([, { until }]) => until));
    const event = yield* wait(first);
    const due = tasksWaiting.find(([, { sockets, until }]) =>
      event.event === 'timeout' ? until === first : sockets.has(event.socket),
    );
    if (!due) continue;
    const [index, { task, sockets }] = due;
    waiting.delete(index);
    yield* advance(index, task, sockets, event);
  }
  return ended;
}
