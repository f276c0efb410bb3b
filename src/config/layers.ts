import type { Layer } from './load.ts';
import type { ConfigInput } from './schema.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where each key of the environment's layer is from, for error messages. */
const VARIABLES: Readonly<Record<string, string>> = {
  logs: 'NETDNS_LOGS',
  listen: 'NETDNS_LISTEN',
  logLevel: 'NETDNS_LOG_LEVEL',
  root: 'NETDNS_ROOT',
  target: 'NETDNS_RESOLVER',
  thresholds: 'NETDNS_FAILURE_WINDOW',
  'probes.enabled': 'NETDNS_PROBES_ENABLED',
  'probes.interval': 'NETDNS_PROBE_INTERVAL',
  'probes.models': 'NETDNS_PROBE_MODELS',
  'probes.targets': 'NETDNS_PROBE_TARGETS',
};

/** `NETDNS_*` variables as a layer. One that is empty counts as unset. */
export function environmentLayer(environment: Environment): Layer {
  const { NETDNS_LOGS, NETDNS_LISTEN, NETDNS_LOG_LEVEL, NETDNS_ROOT } = environment;
  const { NETDNS_RESOLVER, NETDNS_FAILURE_WINDOW } = environment;
  return {
    input: compact({
      logs: list(NETDNS_LOGS)?.map((file) => ({ file })),
      listen: NETDNS_LISTEN,
      logLevel: NETDNS_LOG_LEVEL,
      root: NETDNS_ROOT,
      target: NETDNS_RESOLVER && { resolver: NETDNS_RESOLVER },
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
  const probes = compact({
    enabled: booleanOf(NETDNS_PROBES_ENABLED),
    interval: NETDNS_PROBE_INTERVAL,
    models: list(NETDNS_PROBE_MODELS),
    targets: list(NETDNS_PROBE_TARGETS)?.map((name) => ({ name })),
  });
  return Object.keys(probes).length > 0 ? probes : undefined;
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
  target: '--resolver',
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

/** Without the keys whose value is undefined or empty. */
function compact(input: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined && value !== ''));
}
