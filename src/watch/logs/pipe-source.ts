/** Logs that come through a pipe: the standard input, and FIFOs. */
import { type BigIntStats, closeSync, constants, fstatSync, openSync, statSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { LogSource, SourceEvents } from './source.ts';
import { keyOf } from './tail/ledger.ts';
import {
  attempt,
  missing,
  notAFifo,
  notAFile,
  OK,
  onChange,
  type Trouble,
  troubleOf,
} from './tail/trouble.ts';

export type PipeOptions = { kind: 'stdin' } | { kind: 'fifo'; path: string };

const STDIN = 0;

/** From one look at what is at the path of a FIFO to the next, in milliseconds. */
const CHECK_INTERVAL = 1000;

/**
 * Reads the standard input, or a FIFO, until it is stopped. Bytes that are still in a pipe cannot be counted, so
 * that the lag is always 0.
 */
export function followPipe(options: PipeOptions, events: SourceEvents): LogSource {
  return options.kind === 'stdin' ? followStdin(events) : followFifo(options.path, events);
}

/** Node's own stream serves whatever it is, and it stays: a source that is started later goes on with it. */
function followStdin(events: SourceEvents): LogSource {
  const name = 'standard input';
  let finish = () => {};

  const start = setImmediate(() => {
    const stat = fstatSync(STDIN);
    if (stat.isDirectory()) {
      events.state(notAFile(name, stat));
      return;
    }
    events.state(OK);
    const writtenBy = () => (stat.isFile() ? Math.ceil(fstatSync(STDIN).mtimeMs) : Date.now());
    finish = pump(process.stdin, 'stdin', events, writtenBy, (error) => {
      if (error) events.state(troubleOf(name, error));
    });
  });

  return {
    lagBytes: () => 0,
    async stop() {
      clearImmediate(start);
      finish();
      process.stdin.pause();
    },
  };
}

/** A FIFO that is open. */
interface Fifo {
  key: string;
  socket: Socket;
  /** Takes no more from it. */
  finish(): void;
}

function followFifo(path: string, events: SourceEvents): LogSource {
  const tell = onChange((state) => events.state(state));
  let current: Fifo | undefined;
  /** Another one is at the path now; who had this one open may have written to it until then. */
  let replaced: Fifo | undefined;

  function check(): void {
    if (replaced) void close(replaced);
    replaced = undefined;
    const found = statFifo(path);
    if ('state' in found) {
      tell(found);
    } else if (current?.key !== keyOf(found)) {
      replaced = current;
      current = undefined;
      const opened = attempt(path, () => openFifo(path));
      tell('state' in opened ? opened : OK);
      if (!('state' in opened)) current = read(opened.fd, keyOf(opened.stat));
    }
  }

  function read(fd: number, key: string): Fifo {
    const socket = new Socket({ fd, readable: true, writable: false });
    const finish = pump(socket, path, events, Date.now, (error, bytes) => {
      if (current?.socket === socket) current = undefined;
      if (error) tell(troubleOf(path, error));
      // Opened again before it closes, a reader is there at any time: without one a writer gets SIGPIPE. After an
      // end without a byte that waits for the next look, lest two processes spin.
      else if (bytes > 0) check();
    });
    return { key, socket, finish };
  }

  let timer: NodeJS.Timeout | undefined;
  const start = setImmediate(() => {
    check();
    timer = setInterval(check, CHECK_INTERVAL);
  });

  return {
    lagBytes: () => 0,
    async stop() {
      clearImmediate(start);
      clearInterval(timer);
      const open = [current, replaced].filter((fifo) => fifo !== undefined);
      current = replaced = undefined;
      await Promise.all(open.map(close));
    },
  };
}

/**
 * Gives what comes from `input` to a new stream, until its end or until the returned function is called; `ended` is
 * called in the first case only.
 */
function pump(
  input: Readable,
  path: string,
  events: SourceEvents,
  writtenBy: () => number,
  ended: (error: Error | undefined, bytes: number) => void,
): () => void {
  const stream = events.open(path);
  let bytes = 0;
  let over = false;

  const take = (chunk: Buffer) => {
    bytes += chunk.length;
    const now = Date.now();
    // A pipe is empty but for what has just been written to it; a file may be old.
    stream.write(chunk, Math.min(now, writtenBy()), writtenBy() < now ? 0 : now);
    events.read(chunk.length);
  };
  const finish = () => {
    if (over) return;
    over = true;
    input.off('data', take).off('end', end).off('error', end);
    stream.end();
  };
  const end = (error?: Error) => {
    if (over) return;
    finish();
    ended(error, bytes);
  };

  if (input.readableEnded) finish();
  else input.on('data', take).on('end', end).on('error', end).resume();
  return finish;
}

function close(fifo: Fifo): Promise<void> {
  fifo.finish();
  return new Promise((resolve) => {
    if (fifo.socket.closed) resolve();
    else fifo.socket.once('close', () => resolve()).destroy();
  });
}

function statFifo(path: string): BigIntStats | Trouble {
  const stat = attempt(path, () => statSync(path, { bigint: true, throwIfNoEntry: false }));
  if (!stat) return missing(path);
  return 'state' in stat || stat.isFIFO() ? stat : notAFifo(path, stat);
}

function openFifo(path: string): { fd: number; stat: BigIntStats } | Trouble {
  const fd = openBothWays(path);
  const stat = fstatSync(fd, { bigint: true });
  if (stat.isFIFO()) return { fd, stat };
  closeSync(fd); // It has been replaced since we looked.
  return notAFifo(path, stat);
}

/** Open for writing too, a FIFO does not end when the last writer closes it (fifo(7)). */
function openBothWays(path: string): number {
  try {
    return openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (!['EACCES', 'EPERM', 'EROFS'].includes(code)) throw error;
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  }
}
