/** The files that a path or a pattern names, followed through every kind of rotation by looking at them. */
import { basename, dirname } from 'node:path';
import type { SourceEvents, SourceState } from '../source.ts';
import type { Generations } from './generations.ts';
import { Ledger } from './ledger.ts';
import { Log } from './log.ts';
import { isRotationOf } from './names.ts';
import { matchesOf, whyNoMatch } from './pattern.ts';
import type { Shared } from './shared.ts';
import { leaveAlone } from './siblings.ts';
import { TIMING, type Timing } from './timing.ts';
import { OK, onChange, shown } from './trouble.ts';

export interface FollowOptions {
  /** A path, or a glob as node:fs has them (`*`, `?`, `[…]`, `{…}`, `**`). */
  pattern: string;
  /** Where to begin in files that are there at the first look; later ones are read from their start. */
  from: 'start' | 'end';
  /** Bytes are read straight into it. It may be WebAssembly memory, which then must not grow. */
  buffer: Uint8Array;
  timing?: Partial<Timing>;
}

/** What to do after a look: look again at once, soon, or later. */
export type Pace = 'at-once' | 'soon' | 'later';

/** More files than any pod logs to; each costs two system calls a look. */
const MAX_LOGS = 1024;

/** File systems may stamp a file with a time that is a clock tick old. */
const CLOCK_GRAIN = 100;

/** While there is more to read, rotation is looked for once in so many reads. */
const READS_PER_CHECK = 16;

/** The files of one source. It has no timer of its own: whoever has it calls {@link look}. */
export class FileFollower {
  readonly #options: FollowOptions;
  readonly #shared: Shared;
  /** By path; a log comes before those that may be generations of it. */
  #logs = new Map<string, Log>();
  readonly #tell: (state: SourceState) => void;
  /** How many files there are beyond those that are followed. */
  #surplus = 0;
  #noMatch: SourceState = OK;
  #rescanAt = -Infinity;
  #reads = 0;
  /** Whose turn it is to be read. */
  #turn = 0;

  constructor(options: FollowOptions, events: SourceEvents) {
    this.#options = options;
    this.#tell = onChange((state) => events.state(state));
    this.#shared = {
      events,
      buffer: options.buffer,
      timing: { ...TIMING, ...options.timing },
      lookup: { fresh: false, wanted: false },
      startedAt: Date.now() - CLOCK_GRAIN,
      ledger: new Ledger(),
      ancestors: (path) =>
        this.#inDirectoryOf(path).filter(({ target }) => isRotationOf(basename(target), basename(path))),
      descendants: (path) =>
        this.#inDirectoryOf(path).filter(({ target }) => isRotationOf(basename(path), basename(target))),
    };
  }

  /**
   * One step: looks at the files, or skips that in the middle of a backlog, and reads at most one buffer.
   * @param now milliseconds on a clock that does not jump
   */
  look(now = performance.now()): Pace {
    if (this.#reads % READS_PER_CHECK === 0) this.#check(now);
    const logs = [...this.#logs.values()];
    const next = logs.findIndex((_, index) => logs[(this.#turn + index) % logs.length]?.files.readable);
    if (next === -1) {
      this.#reads = 0;
      return 'later';
    }
    const turn = (this.#turn + next) % logs.length;
    logs[turn]?.files.read(now);
    this.#turn = turn + 1;
    const more = logs.some((log) => log.files.readable);
    this.#reads = more ? this.#reads + 1 : 0;
    return more ? 'at-once' : 'soon';
  }

  /** Bytes written and not read yet, as of the last look. */
  lagBytes(): number {
    return [...this.#logs.values()].reduce((sum, log) => sum + log.files.unread, 0);
  }

  /** Ends all streams and closes all files. */
  close(): void {
    for (const log of this.#logs.values()) log.files.close();
    this.#logs.clear();
  }

  #check(now: number): void {
    const { lookup } = this.#shared;
    lookup.fresh = now >= this.#rescanAt;
    lookup.wanted = false;
    if (lookup.fresh) this.#rescan(now);
    for (const log of this.#logs.values()) log.check(now);
    if (lookup.wanted) {
      this.#rescan(now);
      lookup.fresh = true;
      for (const log of this.#logs.values()) log.check(now);
    }
    for (const log of this.#logs.values()) log.search(now);
    this.#tell(this.#stateNow());
  }

  #rescan(now: number): void {
    const first = this.#rescanAt === -Infinity;
    const { pattern, from } = this.#options;
    const { plain, paths } = matchesOf(pattern);
    // A plain path stays, whether there is a file or not.
    for (const log of this.#logs.values()) if (log.gone && !plain) this.#logs.delete(log.path);
    const fresh = paths.filter((path) => !this.#logs.has(path));
    const room = MAX_LOGS - this.#logs.size;
    this.#surplus = Math.max(0, fresh.length - room);
    const logs = fresh.slice(0, room).map((path) => new Log(path, this.#shared, first ? from : undefined));
    // The names of generations are longer than the one they are made from.
    const all = [...this.#logs.values(), ...logs].sort(
      (a, b) => a.files.target.length - b.files.target.length,
    );
    this.#logs = new Map(all.map((log) => [log.path, log]));
    if (first)
      leaveAlone(
        [...this.#logs.values()].flatMap(({ names }) => names),
        this.#shared.ledger,
      );
    if (this.#logs.size === 0) this.#noMatch = whyNoMatch(pattern);
    this.#rescanAt = now + this.#shared.timing.rescan;
  }

  #stateNow(): SourceState {
    const pattern = this.#options.pattern;
    if (this.#logs.size === 0) return this.#noMatch;
    const states = [...this.#logs.values()].map((log) => log.state);
    // Where others are read, a link to the log of a container that is gone is nothing to tell.
    const someRead = states.some(({ state }) => state === 'ok');
    const [trouble, ...others] = states.flatMap((state) =>
      state.state === 'ok' || (someRead && state.state === 'missing') ? [] : [state],
    );
    if (trouble && others.length > 0)
      return { ...trouble, why: `${trouble.why} (and ${others.length} more)` };
    if (trouble) return trouble;
    if (this.#surplus > 0) {
      const why = `${shown(pattern)} matches ${this.#surplus} files more than the ${MAX_LOGS} that are followed at once: narrow it`;
      return { state: 'failed', why };
    }
    return OK;
  }

  #inDirectoryOf(path: string): Generations[] {
    const directory = dirname(path);
    const all = [...this.#logs.values()].map((log) => log.files);
    return all.filter(({ target }) => dirname(target) === directory);
  }
}
