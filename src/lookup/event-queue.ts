import { performance } from 'node:perf_hooks';
import type { Event, SocketId } from '../resolver/model.ts';

/** Events between two waits of one lookup: a hostile server's flood must not fill the memory. */
const MAX_EVENTS = 1_024;

/** Events of many sockets, in the order they came, for one who waits. */
export class EventQueue {
  readonly #isOpen: (socket: SocketId) => boolean;
  #events: { at: number; event: Event }[] = [];
  #wake: (() => void) | undefined;
  /** While a timer has run out and the sockets are looked at once more. */
  #inTime: number | undefined;

  constructor(isOpen: (socket: SocketId) => boolean) {
    this.#isOpen = isOpen;
  }

  /** Datagrams over the cap are dropped, as a full receive buffer drops them. */
  push(event: Event): void {
    if (this.#events.length >= MAX_EVENTS) return;
    this.#events.push({ at: this.#inTime ?? performance.now(), event });
    this.#wake?.();
  }

  /**
   * The next event of an open socket, or `timeout` when performance.now() is `until`. What came later than that waits for
   * the next call: a flood must not keep a timer from running out.
   */
  async next(until: number): Promise<Event> {
    for (;;) {
      const first = this.#events[0];
      if (first && first.at <= until) {
        this.#events.shift();
        if ('socket' in first.event && this.#isOpen(first.event.socket)) return first.event;
        continue;
      }
      if (performance.now() >= until || !(await this.#wakened(until))) return { event: 'timeout' };
    }
  }

  clear(): void {
    this.#events = [];
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
