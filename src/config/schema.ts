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

const ABSOLUTE = 'an absolute path such as /app, as `readlink /proc/PID/exe` shows it';

/** PID_MAX_LIMIT of a 64-bit kernel: include/linux/threads.h. */
const MAX_PID = 4_194_304;
const PID = `\`auto\` or a process id, 1 to ${MAX_PID}`;
const isPid = (pid: number) => Number.isInteger(pid) && pid >= 1 && pid <= MAX_PID;

const METRICS_URL = 'an http:// or https:// URL such as http://$(HOST_IP):9100/metrics';
/** With what it refers to, which config/expand.ts puts in its place. */
function isHttpUrl(text: string): boolean {
  const plain = text.replace(/\$\([A-Za-z_]\w*\)/g, '1');
  return URL.canParse(plain) && /^https?:$/.test(new URL(plain).protocol);
}

const RATIO = 'a ratio over 0 and up to 1, such as 0.8';
const ratio = v.pipe(v.number(RATIO), v.gtValue(0, RATIO), v.maxValue(1, RATIO));

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
      /** Its process; `auto`: the Go process that can be seen and is not this one. */
      pid: v.optional(v.union([v.literal('auto'), v.pipe(v.number(PID), v.check(isPid, PID))], PID), 'auto'),
      /** The path of its binary, as in the application's own root. */
      exe: v.optional(
        v.pipe(
          v.string(ABSOLUTE),
          v.check((text) => text.startsWith('/'), ABSOLUTE),
        ),
      ),
    }),
    {},
  ),
  probes: v.optional(probesSchema, {}),
  /** Where numbers of the node are from, which a pod's own network namespace does not have. */
  node: v.optional(
    v.strictObject({
      /** The /proc of the node, mounted read-only. */
      proc: v.optional(path),
      /** The node's node_exporter. */
      metricsUrl: v.optional(v.pipe(v.string(METRICS_URL), v.check(isHttpUrl, METRICS_URL))),
    }),
    {},
  ),
  /** Where proc(5) is mounted. */
  proc: v.optional(path, '/proc'),
  /** Where etc/ is, from which names are looked up; absent: the application's root where it can be entered, else `/`. */
  root: v.optional(path),
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
      /** Conntrack entries over their limit. */
      conntrackRatio: v.optional(ratio, 0.8),
      /** Source ports taken over those usable. */
      sourcePortRatio: v.optional(ratio, 0.8),
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
  node: Object.keys(configSchema.entries.node.wrapped.entries).join(', '),
  thresholds: Object.keys(configSchema.entries.thresholds.wrapped.entries).join(', '),
};
