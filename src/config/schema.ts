import * as v from 'valibot';
import { durationSchema as duration } from './duration-schema.ts';
import { parseListenAddress } from './listen-address.ts';
import { probesSchema } from './probes-schema.ts';

const path = v.pipe(v.string('a path'), v.minLength(1, 'a path that is not empty'));

const fileSource = v.strictObject({
  /** A path, or a glob of paths. */
  file: path,
  /** Where to begin in a file that is there at the start. The trace's once-only lines are at its beginning. */
  from: v.optional(v.picklist(['start', 'end'], '`start` or `end`'), 'start'),
});
const stdinSource = v.strictObject({ stdin: v.literal(true, '`true`') });
const fifoSource = v.strictObject({ fifo: path });

/** Chosen by the key that is there, so that an error is about the source that was meant. */
const logSource = v.lazy((input): typeof fileSource | typeof stdinSource | typeof fifoSource => {
  if (typeof input === 'object' && input !== null && 'stdin' in input) return stdinSource;
  return typeof input === 'object' && input !== null && 'fifo' in input ? fifoSource : fileSource;
});

/** The config file, and what environment and flags put over it. */
export const configSchema = v.strictObject({
  logs: v.optional(
    v.array(
      logSource,
      'a list of log sources, as in [{file: /var/log/app/*.log}, {stdin: true}, {fifo: /run/app.log}]',
    ),
    [],
  ),
  target: v.optional(
    v.strictObject({
      /** The resolver the application is meant to use. */
      resolver: v.optional(v.picklist(['go', 'cgo'], '`go` or `cgo`')),
    }),
    {},
  ),
  probes: v.optional(probesSchema, {}),
  /** Where etc/ is, from which names are looked up: `/`, or /proc/PID/root. */
  root: v.optional(path, '/'),
  listen: v.optional(
    v.pipe(
      v.string('an address such as :9653 or 127.0.0.1:9653'),
      v.check((text) => parseListenAddress(text) !== undefined, 'an address such as :9653 or 127.0.0.1:9653'),
    ),
    ':9653',
  ),
  logLevel: v.optional(
    v.picklist(
      ['trace', 'debug', 'info', 'warn', 'error', 'silent'],
      'trace, debug, info, warn, error or silent',
    ),
    'info',
  ),
  thresholds: v.optional(
    v.strictObject({
      /** A failed lookup counts for as long; no failure in it, and the finding closes. */
      failureWindow: v.optional(duration, '5m'),
      /** A log that cannot be read for as long is a finding. */
      sourceStalled: v.optional(duration, '10s'),
      /** A nameserver that takes as long to answer is slow. */
      slowQuery: v.optional(duration, '1s'),
    }),
    {},
  ),
});

/** What may be written. */
export type ConfigInput = v.InferInput<typeof configSchema>;
/** What results, with every default in its place. */
export type Config = v.InferOutput<typeof configSchema>;
export type LogSourceConfig = Config['logs'][number];
export type ProbeConfig = Config['probes'];

/** The keys that may stand at a path, for error messages. */
export const KNOWN_KEYS: Readonly<Record<string, string>> = {
  '': Object.keys(configSchema.entries).join(', '),
  logs: 'file (with from), stdin, fifo',
  target: Object.keys(configSchema.entries.target.wrapped.entries).join(', '),
  probes: Object.keys(probesSchema.entries).join(', '),
  targets: Object.keys(probesSchema.entries.targets.wrapped.pipe[0].item.entries).join(', '),
  discover: Object.keys(probesSchema.entries.discover.wrapped.entries).join(', '),
  thresholds: Object.keys(configSchema.entries.thresholds.wrapped.entries).join(', '),
};
