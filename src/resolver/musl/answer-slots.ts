import type { Query } from '../../dns/query.ts';

/** `open`: no answer yet; `tcp`: asked again over TCP. */
export type SlotState = 'open' | 'tcp' | 'answered';

interface Slot {
  state: SlotState;
  length: number;
  /** The last RCODE that was no answer. */
  refusal?: number;
}

/** As much as may be read behind the last answer. */
const BEHIND = 32;
/** Memory of exchanges that have ended: 10 kB made and collected anew for each name would be a tenth of a lookup. */
const spare: Uint8Array[] = [];
const MAX_SPARE = 16;
/** TC in the second byte of the flags, RCODE in the last four bits. RFC 1035 section 4.1.1. */
const TC = 0x02;
const RCODE = 0x0f;

/**
 * The answers of one exchange, in memory as musl has them: one buffer behind the other, and each datagram written to
 * the first free one before it is looked at. Old releases read behind the end of an answer, so that what is there
 * matters.
 */
export class AnswerSlots {
  readonly memory: Uint8Array;
  readonly #slots: Slot[];
  readonly #size: number;
  #next = 0;

  constructor(queries: number, size: number) {
    this.#size = size;
    this.#slots = Array.from({ length: queries }, () => ({ state: 'open', length: 0 }));
    // name_from_dns has room for two, though only one type be asked.
    this.memory = zeroed(2 * size + BEHIND);
  }

  /** The answers have been read, and nothing of them is kept: the memory may serve another exchange. */
  release(): void {
    if (spare.length < MAX_SPARE) spare.push(this.memory);
  }

  /** No place is left for a datagram: the socket is read no more. */
  get full(): boolean {
    return this.#next === this.#slots.length;
  }

  get complete(): boolean {
    return this.#slots.every(({ state }) => state === 'answered');
  }

  state(index: number): SlotState {
    return this.#slots[index]?.state ?? 'answered';
  }

  /** Bytes of an answer; 0 where there is none. At most what the buffer holds. */
  length(index: number): number {
    const slot = this.#slots[index];
    return slot?.state === 'answered' ? Math.min(slot.length, this.#size) : 0;
  }

  /** Where an answer begins in {@link memory}. */
  start(index: number): number {
    return index * this.#size;
  }

  rcode(index: number): number {
    return (this.memory[this.start(index) + 3] ?? 0) & RCODE;
  }

  /** A datagram, cut to the buffer's size. */
  receive(message: Uint8Array): void {
    this.memory.set(message.subarray(0, this.#size), this.start(this.#next));
  }

  get receivedRcode(): number {
    return this.rcode(this.#next);
  }

  /** Which query has the id of the datagram that was received last: from the first open one on. */
  queryOf(queries: readonly Query[]): number | undefined {
    const at = this.start(this.#next);
    const id = ((this.memory[at] ?? 0) << 8) | (this.memory[at + 1] ?? 0);
    const index = queries.findIndex((query, each) => each >= this.#next && query.id === id);
    return index < 0 ? undefined : index;
  }

  /** Takes the datagram that was received last for the answer to a query. */
  accept(index: number, length: number): { truncated: boolean } {
    const kept = Math.min(length, this.#size);
    this.#slots[index] = { state: 'answered', length: kept };
    const from = this.start(this.#next);
    if (index === this.#next) while (!this.full && this.state(this.#next) !== 'open') this.#next++;
    else this.memory.copyWithin(this.start(index), from, from + kept);
    return { truncated: ((this.memory[this.start(index) + 2] ?? 0) & TC) !== 0 };
  }

  /** What came for a query is no answer. */
  refuse(index: number, rcode: number): void {
    const slot = this.#slots[index];
    if (slot) slot.refusal = rcode;
  }

  /** The last RCODE that was no answer to a query, for people. */
  refusal(index: number): number | undefined {
    return this.#slots[index]?.refusal;
  }

  /** The answer is not taken: it is to come over TCP. */
  wantTcp(index: number): void {
    this.#slots[index] = { state: 'tcp', length: 0 };
  }

  /** The answer that came over TCP. */
  acceptTcp(index: number, message: Uint8Array): void {
    this.memory.set(message.subarray(0, this.#size), this.start(index));
    this.#slots[index] = { state: 'answered', length: message.length };
  }
}

function zeroed(bytes: number): Uint8Array {
  const used = spare.pop();
  return used?.length === bytes ? used.fill(0) : new Uint8Array(bytes);
}
