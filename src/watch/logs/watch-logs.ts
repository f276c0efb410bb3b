import type { Logger } from 'pino';
import type { LogSourceConfig } from '../../config/schema.ts';
import type { Journal } from '../../journal/journal.ts';
import { appOf } from './app-of.ts';
import { createLogStream } from './log-stream.ts';
import { followPipe } from './pipe-source.ts';
import { readBuffer } from './scan/scanner.ts';
import type { LogSource, SourceEvents } from './source.ts';
import { followFiles } from './tail/follow-files.ts';

/** The watcher of application logs. */
export interface LogWatcher {
  /** Watches these sources from now on; those that were there before go on undisturbed. */
  use(sources: LogSourceConfig[]): Promise<void>;
  /** Every source has been looked at once. */
  ready(): boolean;
  stop(): Promise<void>;
}

/** Watches logs and keeps in the journal what they tell. */
export function watchLogs(journal: Journal, log: Logger, clock: () => number): LogWatcher {
  const running = new Map<string, { label: string; source: LogSource }>();
  const looked = new Set<string>();

  async function stop(key: string): Promise<void> {
    const entry = running.get(key);
    running.delete(key);
    await entry?.source.stop();
  }

  return {
    async use(sources) {
      const wanted = new Map(sources.map((source) => [JSON.stringify(source), source]));
      for (const [key, { label }] of running) {
        if (wanted.has(key)) continue;
        await stop(key);
        journal.forgetSource(label);
        looked.delete(label);
      }
      for (const [key, config] of wanted) {
        if (running.has(key)) continue;
        const label = labelOf(config);
        const events = createEvents(journal, label, log, clock, () => looked.add(label));
        const source = startSource(config, events);
        journal.source(label).lagBytes = () => source.lagBytes();
        running.set(key, { label, source });
      }
    },
    ready: () => [...running.values()].every(({ label }) => looked.has(label)),
    async stop() {
      await Promise.all([...running.keys()].map(stop));
    },
  };
}

function labelOf(config: LogSourceConfig): string {
  if ('stdin' in config) return 'stdin';
  return 'fifo' in config ? config.fifo : config.file;
}

function startSource(config: LogSourceConfig, events: SourceEvents): LogSource {
  if ('stdin' in config) return followPipe({ kind: 'stdin' }, events);
  if ('fifo' in config) return followPipe({ kind: 'fifo', path: config.fifo }, events);
  return followFiles({ pattern: config.file, from: config.from, buffer: readBuffer }, events);
}

function createEvents(
  journal: Journal,
  label: string,
  log: Logger,
  clock: () => number,
  looked: () => void,
): SourceEvents {
  const record = journal.source(label);
  return {
    open(path) {
      const { key, subject } = appOf(path);
      log.debug({ source: label, path }, 'reading a log');
      const counters = {
        lines: (count: number) => {
          record.lines += count;
        },
        skipped: (bytes: number) => {
          record.lostBytes += bytes;
        },
      };
      return createLogStream(journal.app(key, subject), counters, clock);
    },
    rotated: () => {
      record.rotations++;
    },
    read: (bytes) => {
      record.bytes += bytes;
    },
    lost: (bytes) => {
      record.lostBytes += bytes;
      log.warn({ source: label, bytes }, 'bytes of the log were gone before they could be read');
    },
    state(state) {
      looked();
      if (state.state !== record.state.state) {
        record.stateSince = clock();
        if (state.state === 'ok') log.info({ source: label }, 'the log can be read');
        else log.warn({ source: label, ...state }, 'the log cannot be read');
      }
      record.state = state;
    },
  };
}
