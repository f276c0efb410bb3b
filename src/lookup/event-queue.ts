import { performance } from 'node:perf_hooks';
import type { Event, SocketId } from '../resolver/model.ts';

/** Between two waits of one lookup: a hostile server's flood must not fill the memory. */
const MAX_EVENTS = 1_024;
/** net.core.rmem_default, what the kernel keeps for a socket that nobody reads. */
const MAX_BYTES = 212_992;

/** Events of many sockets, in the order they came, for one who waits. */
export class EventQueue {
  readonly #isOpen: (socket: SocketId) => boolean;
  readonly #onRoom: () => void;
  #events: { at: number; event: Event }[] = [];
  #bytes = 0;
  #wake: (() => void) | undefined;
  /** While a timer has run out and the sockets are looked at once more. */
  #inTime: number | undefined;

  /** @param onRoom told when there is room again after {@link push} said that there is none */
  constructor(isOpen: (socket: SocketId) => boolean, onRoom: () => void = () => {}) {
    this.#isOpen = isOpen;
    this.#onRoom = onRoom;
  }

  get #full(): boolean {
    return this.#events.length >= MAX_EVENTS || this.#bytes >= MAX_BYTES;
  }

  /**
   * Datagrams over the cap are dropped, as a full receive buffer drops them. A stream must not be: whoever reads it is
   * to stop reading.
   *
   * @returns whether there is room for more
   */
  push(event: Event): boolean {
    if (event.event === 'datagram' && this.#full) return false;
    this.#events.push({ at: this.#inTime ?? performance.now(), event });
    this.#bytes += bytesOf(event);
    this.#wake?.();
    return !this.#full;
  }

  /**
   * The next event of an open socket, or `timeout` when performance.now() is `until`. What came later than that waits
   * for the next call: a flood must not keep a timer from running out.
   */
  async next(until: number): Promise<Event> {
    for (;;) {
      const first = this.#events[0];
      if (first && first.at <= until) {
        this.#shift(first.event);
        if ('socket' in first.event && this.#isOpen(first.event.socket)) return first.event;
        continue;
      }
      if (performance.now() >= until || !(await this.#wakened(until))) return { event: 'timeout' };
    }
  }

  #shift(event: Event): void {
    const wasFull = this.#full;
    this.#events.shift();
    this.#bytes -= bytesOf(event);
    if (wasFull && !this.#full) this.#onRoom();
  }

  clear(): void {
    this.#events = [];
    this.#bytes = 0;
    this.#wake?.();
  }

  /** @returns whether an event came before `until` */
  #wakened(until: number): Promise<boolean> {
    return new Promise((resolve) => {
      let immediate: NodeJS.Immediate | undefined;
      const timer = setTimeout(() => {
        // libuv runs timers before it looks at sockets: what came in time may not have been read yet.
        this.#inTime = until;
        immediate = setImmediate(done);
      }, until - performance.now());
      const done = () => {
        clearTimeout(timer);
        clearImmediate(immediate);
        this.#wake = undefined;
        this.#inTime = undefined;
        resolve(this.#events.length > 0);
      };
      this.#wake = done;
    });
  }
}

function bytesOf(event: Event): number {
  return 'message' in event ? event.message.length : 0;
}
