import type { Event } from '../resolver/model.ts';

/** What will happen on a computed network, and when. */
export class Agenda {
  readonly #entries: { at: number; event: Event }[] = [];

  /** Later entries go behind earlier ones of the same time. */
  add(at: number, event: Event): void {
    let index = this.#entries.length;
    while (index > 0 && (this.#entries[index - 1]?.at ?? 0) > at) index--;
    this.#entries.splice(index, 0, { at, event });
  }

  /** Takes the next entry that happens by then. */
  takeUntil(until: number): { at: number; event: Event } | undefined {
    const [next] = this.#entries;
    return next && next.at <= until ? this.#entries.shift() : undefined;
  }
}
