/**
 * Which physical files a source has to do with: those it reads, and those it has read or passed over. Rotation gives
 * one file many names, so that only this tells whether the file at a path is news.
 */
import type { BigIntStats } from 'node:fs';
import type { Mark } from './mark.ts';
import type { Tail } from './tail.ts';

/** A file we do not hold open: as it was when we last dealt with it, and how far it has been read. */
export interface Acquaintance {
  /** `older`: it was there before we began. `copy`: its bytes are, or were, in a file we read. */
  as: 'read' | 'older' | 'copy';
  stat: BigIntStats;
  mark: Mark;
}

/** More than any rotator keeps; about 1 KiB each. */
const MAX_ACQUAINTANCES = 4096;

export class Ledger {
  readonly #tails = new Map<string, Tail>();
  readonly #acquaintances = new Map<string, Acquaintance>();

  /** The open file this is, whatever its name is now. */
  tailOf(stat: BigIntStats): Tail | undefined {
    return this.#tails.get(keyOf(stat));
  }

  add(tail: Tail): void {
    this.#acquaintances.delete(tail.key);
    this.#tails.set(tail.key, tail);
  }

  /** To be called when a tail is closed; its file is remembered unless it has been deleted. */
  remove(tail: Tail): void {
    this.#tails.delete(tail.key);
    if (!tail.deleted) this.note({ as: 'read', stat: tail.stat, mark: tail.mark });
  }

  note(acquaintance: Acquaintance): void {
    const key = keyOf(acquaintance.stat);
    this.#acquaintances.delete(key);
    this.#acquaintances.set(key, acquaintance);
    const [oldest] = this.#acquaintances.keys();
    if (oldest !== undefined && this.#acquaintances.size > MAX_ACQUAINTANCES)
      this.#acquaintances.delete(oldest);
  }

  /** What is known of a file that is not open; its content may have changed since. */
  recall(stat: BigIntStats): Acquaintance | undefined {
    const found = this.#acquaintances.get(keyOf(stat));
    const another = found && knowBirth(found.stat, stat) && found.stat.birthtimeNs !== stat.birthtimeNs;
    return another ? undefined : found;
  }

  /** Whether it has bytes that we have neither read nor passed over, as far as can be told without opening it. */
  isNews(stat: BigIntStats): boolean {
    if (this.#tails.has(keyOf(stat))) return false;
    const known = this.recall(stat);
    return known?.stat.size !== stat.size || known.stat.mtimeNs !== stat.mtimeNs;
  }

  /** Whether it has been passed over as a copy. */
  isCopy(stat: BigIntStats): boolean {
    return !this.#tails.has(keyOf(stat)) && this.recall(stat)?.as === 'copy';
  }
}

/** Tells a file from all that exist at the same time. The next one may get the same when it has been deleted. */
export function keyOf(stat: BigIntStats): string {
  return `${stat.dev}:${stat.ino}`;
}

/** Whether one file was created after the other; undefined where the file system does not say. */
export function bornAfter(one: BigIntStats, other: BigIntStats): boolean | undefined {
  return knowBirth(one, other) ? one.birthtimeNs > other.birthtimeNs : undefined;
}

/** When a file was created, in milliseconds since the epoch; 0 where the file system does not say. */
export function birthOf(stat: BigIntStats): number {
  return knowBirth(stat, stat) ? Number(stat.birthtimeMs) : 0;
}

/** Where there is no birth time, libuv gives 0, or the change time (kernels and seccomp filters without statx). */
function knowBirth(one: BigIntStats, other: BigIntStats): boolean {
  if (one.birthtimeNs === 0n || other.birthtimeNs === 0n) return false;
  return one.birthtimeNs !== one.ctimeNs || other.birthtimeNs !== other.ctimeNs;
}
