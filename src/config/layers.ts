import type { Layer } from './load.ts';
import type { ConfigInput } from './schema.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where each key of the environment's layer is from, for error messages. */
const VARIABLES: Readonly<Record<string, string>> = {
  logs: 'NETDNS_LOGS',
  listen: 'NETDNS_LISTEN',
  logLevel: 'NETDNS_LOG_LEVEL',
  root: 'NETDNS_ROOT',
  proc: 'NETDNS_PROC',
  'node.proc': 'NETDNS_NODE_PROC',
  'node.metricsUrl': 'NETDNS_NODE_METRICS_URL',
  target: 'NETDNS_RESOLVER',
  'target.pid': 'NETDNS_TARGET_PID',
  'target.exe': 'NETDNS_TARGET_EXE',
  thresholds: 'NETDNS_FAILURE_WINDOW',
  'probes.enabled': 'NETDNS_PROBES_ENABLED',
  'probes.interval': 'NETDNS_PROBE_INTERVAL',
  'probes.models': 'NETDNS_PROBE_MODELS',
  'probes.targets': 'NETDNS_PROBE_TARGETS',
};

/** `NETDNS_*` variables as a layer. One that is empty counts as unset. */
export function environmentLayer(environment: Environment): Layer {
  const { NETDNS_LOGS, NETDNS_LISTEN, NETDNS_LOG_LEVEL, NETDNS_ROOT } = environment;
  const { NETDNS_PROC, NETDNS_FAILURE_WINDOW } = environment;
  return {
    input: compact({
      logs: list(NETDNS_LOGS)?.map((file) => ({ file })),
      listen: NETDNS_LISTEN,
      logLevel: NETDNS_LOG_LEVEL,
      proc: NETDNS_PROC,
      root: NETDNS_ROOT,
      target: targetOf(environment),
      node: nodeOf(environment),
      probes: probesOf(environment),
      thresholds: NETDNS_FAILURE_WINDOW && { failureWindow: NETDNS_FAILURE_WINDOW },
    }),
    where: (path) => `the environment, ${nameOf(VARIABLES, path) ?? 'NETDNS_*'}`,
  };
}

function probesOf({
  NETDNS_PROBES_ENABLED,
  NETDNS_PROBE_INTERVAL,
  NETDNS_PROBE_MODELS,
  NETDNS_PROBE_TARGETS,
}: Environment): Record<string, unknown> | undefined {
  return someOf({
    enabled: booleanOf(NETDNS_PROBES_ENABLED),
    interval: NETDNS_PROBE_INTERVAL,
    models: list(NETDNS_PROBE_MODELS),
    targets: list(NETDNS_PROBE_TARGETS)?.map((name) => ({ name })),
  });
}

function targetOf({
  NETDNS_RESOLVER,
  NETDNS_TARGET_PID,
  NETDNS_TARGET_EXE,
}: Environment): Record<string, unknown> | undefined {
  return someOf({
    resolver: NETDNS_RESOLVER,
    pid: numberOf(NETDNS_TARGET_PID),
    exe: NETDNS_TARGET_EXE,
  });
}

function nodeOf({ NETDNS_NODE_PROC, NETDNS_NODE_METRICS_URL }: Environment) {
  return someOf({ proc: NETDNS_NODE_PROC, metricsUrl: NETDNS_NODE_METRICS_URL });
}

/** What is no number stays text, for the schema to say what was expected. */
export function numberOf(text: string | undefined): number | string | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : text;
}

/** What is neither stays text, for the schema to say what was expected. */
function booleanOf(text: string | undefined): boolean | string | undefined {
  return text === 'true' || text === 'false' ? text === 'true' : text;
}

function list(text: string | undefined): string[] | undefined {
  const items = text?.split(',').filter((item) => item !== '');
  return items && items.length > 0 ? items : undefined;
}

/** Which flags set each key. */
const FLAGS: Readonly<Record<string, string>> = {
  logs: '--log, --stdin, --fifo or --from',
  listen: '--listen',
  logLevel: '--log-level',
  root: '--root',
  proc: '--proc',
  target: '--resolver',
  'target.pid': '--pid',
  thresholds: '--failure-window',
  'probes.enabled': '--no-probes',
  'probes.interval': '--probe-interval',
  'probes.targets': '--probe',
};

/** What flags set, as a layer. */
export function flagsLayer(input: ConfigInput): Layer {
  return {
    input: compact(input),
    where: (path) => `the command line, ${nameOf(FLAGS, path) ?? 'flags'}`,
  };
}

/** The name that goes with the deepest part of a path. */
function nameOf(
  names: Readonly<Record<string, string>>,
  path: readonly (string | number)[],
): string | undefined {
  return names[path.slice(0, 2).join('.')] ?? names[path[0] ?? ''];
}

/** The keys that are set; undefined where none is. */
function someOf(input: Record<string, unknown>): Record<string, unknown> | undefined {
  const set = compact(input);
  return Object.keys(set).length > 0 ? set : undefined;
}

/** Without the keys whose value is undefined or empty. */
function compact(input: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined && value !== ''));
}
