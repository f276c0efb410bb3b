import type { Event, Result, Step, Wait } from '../resolver/model.ts';

/** What a model's steps are done on: real sockets, or a virtual clock. One lookup at a time. */
export interface Network {
  /** Monotonic, ms. */
  now(): number;
  random16(): number;
  perform(step: Exclude<Step, Wait>): Result | Promise<Result>;
  /** The next event of a socket that is still open, or `timeout` at `until`. */
  wait(until: number): Event | Promise<Event>;
  /** The local port of an open socket: of a TCP socket known once it is connected. */
  localPort(socket: number): number;
  /** Closes whatever a lookup left open. */
  closeAll(): void;
}
