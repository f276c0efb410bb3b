/** A follower on a directory of real files, looked through by hand on a clock of its own. */
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { SourceEvents, SourceState } from '../../../../src/watch/logs/source.ts';
import { FileFollower, type FollowOptions } from '../../../../src/watch/logs/tail/follower.ts';

/** What a source has told, the bytes of each stream as text. */
export class Sink {
  readonly streams: { path: string; text: string; ended: boolean }[] = [];
  readonly states: SourceState[] = [];
  readonly writtenBy: number[] = [];
  /** All bytes in the order in which they came. */
  text = '';
  rotations = 0;
  bytes = 0;
  lost = 0;

  readonly events: SourceEvents = {
    open: (path) => {
      const stream = { path, text: '', ended: false };
      this.streams.push(stream);
      return {
        write: (bytes, writtenBy) => {
          if (stream.ended) throw new Error(`bytes after the end of ${path}`);
          this.writtenBy.push(writtenBy);
          const text = Buffer.from(bytes).toString('latin1');
          stream.text += text;
          this.text += text;
        },
        end: () => {
          if (stream.ended) throw new Error(`${path} ended twice`);
          stream.ended = true;
        },
      };
    },
    rotated: () => {
      this.rotations++;
    },
    read: (bytes) => {
      this.bytes += bytes;
    },
    lost: (bytes) => {
      this.lost += bytes;
    },
    state: (state) => {
      this.states.push(state);
    },
  };

  get state(): SourceState | undefined {
    return this.states.at(-1);
  }

  get why(): string {
    const { state } = this;
    return state && state.state !== 'ok' ? `${state.state}: ${state.why}` : 'ok';
  }
}

export class Rig {
  readonly dir = realpathSync(mkdtempSync(join(tmpdir(), 'tail-')));
  readonly sink = new Sink();
  readonly follower: FileFollower;
  now = 0;

  constructor(
    pattern = 'app.log',
    options: Partial<FollowOptions> = {},
    prepare: (rig: Rig) => void = () => {},
  ) {
    prepare(this);
    const buffer = new Uint8Array(4096);
    this.follower = new FileFollower(
      { pattern: this.at(pattern), from: 'start', buffer, ...options },
      this.sink.events,
    );
    onTestFinished(() => this.dispose());
  }

  dispose(): void {
    this.follower.close();
    rmSync(this.dir, { recursive: true, force: true });
  }

  at(name: string): string {
    return join(this.dir, name);
  }

  append(name: string, text: string): void {
    appendFileSync(this.at(name), text);
  }

  rename(from: string, to: string): void {
    renameSync(this.at(from), this.at(to));
  }

  /** As logrotate shifts: .1 becomes .2 and so on, and the log becomes .1. */
  rotate(name = 'app.log', text = ''): void {
    this.shift(name);
    this.rename(name, `${name}.1`);
    writeFileSync(this.at(name), text, { flag: 'wx' });
  }

  /** As logrotate does with copytruncate; the truncated file then goes on with `text`. */
  copytruncate(name = 'app.log', text = ''): void {
    this.copy(name);
    truncateSync(this.at(name));
    this.append(name, text);
  }

  /** The first half of copytruncate. */
  copy(name = 'app.log'): void {
    this.shift(name);
    copyFileSync(this.at(name), this.at(`${name}.1`));
  }

  /** Lets time pass, then looks until all there is has been read. */
  look(ms = 100): string {
    this.now += ms;
    for (let i = 0; this.follower.look(this.now) !== 'later'; i++) {
      if (i > 10_000) throw new Error('it reads for ever');
    }
    return this.sink.text;
  }

  /** Waits until the clock of the file system has moved on, which ticks only every few milliseconds. */
  tick(since = performance.now()): void {
    while (performance.now() < since + 12);
  }

  /** Makes room for a new generation: .1 becomes .2 and so on. */
  shift(name = 'app.log'): void {
    let last = 1;
    while (existsSync(this.at(`${name}.${last}`))) last++;
    for (; last > 1; last--) this.rename(`${name}.${last - 1}`, `${name}.${last}`);
  }
}

/** Runs `use` as a user without rights, also where the tests run as root. */
export function unprivileged<T>(use: () => T): T {
  if (process.geteuid?.() !== 0) return use();
  process.seteuid?.(65534);
  try {
    return use();
  } finally {
    process.seteuid?.(0);
  }
}
