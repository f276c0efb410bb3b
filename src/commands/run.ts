import type { Logger } from 'pino';
import { ConfigError } from '../config/config-error.ts';
import type { Config } from '../config/schema.ts';
import type { Daemon } from '../daemon.ts';
import { createLogger } from '../logger.ts';
import { type Command, parseOptions, UsageError } from './command.ts';
import { CONFIG_OPTIONS, configFrom } from './config-options.ts';
import { listenOrExplain } from './listen-or-explain.ts';

const HELP = `Usage: netdns-sidecar [run] [options]

The daemon: reads the application's log as it grows, looks names up as the application's resolver does, watches source
ports, conntrack and the application's process, says which resolver that is and why lookups fail, and serves that over
HTTP: /healthz /findings /probes /kernel /metrics /livez /readyz. SIGHUP reads the configuration again, SIGTERM stops.
A log or a name to probe is required, here or in the config file.

Logs
  --log FILE             a log, or a glob in quotes; rotation is followed (repeatable)
  --from start|end       where to begin in a file that is there already (default start: the trace's first lines matter)
  --stdin                standard input
  --fifo FILE            a named pipe (repeatable)

Probes
  --probe NAME           look this name up, every interval, as the application's resolver does (repeatable); names that
                         the log shows are looked up too
  --probe-interval TIME  default 15s
  --no-probes            send no DNS query

Kernel and process
  --pid auto|PID         the application's process (default auto: the Go process that is seen and is not this one)
  --proc DIR             where proc(5) is mounted (default /proc)

Options
  --listen ADDRESS       default :9653
  --resolver go|cgo      the resolver the application is meant to use
  --failure-window TIME  how long a failed lookup counts, default 5m
  --root DIR             where etc/resolv.conf is (default: the application's root where it can be entered, else /)
  --config FILE          YAML; NETDNS_* variables and flags go over it
  --print-config         print the configuration that results, as YAML, and exit
  --log-level LEVEL      trace, debug, info (default), warn, error, silent
  --help

Examples
  netdns-sidecar run --log '/var/log/app/*.log'
  echo 'lookup db on 10.96.0.10:53: server misbehaving' | netdns-sidecar run --stdin --listen 127.0.0.1:9653
`;

/** What is left of the two seconds a stop may take, for a log on a pipe that nobody reads. */
const STOP_WITHIN_MS = 1_500;

export const runCommand: Command = { help: HELP, run };

async function run(args: string[]): Promise<number> {
  const { values } = parseOptions('run', {
    args,
    options: { ...CONFIG_OPTIONS, 'print-config': { type: 'boolean' } },
  });
  const config = await configFrom(values);
  if (values['print-config']) {
    const { stringify } = await import('yaml');
    process.stdout.write(stringify(config));
    return 0;
  }
  if (config.logs.length === 0 && !(config.probes.enabled && config.probes.targets.length > 0)) {
    throw new UsageError(
      'no log to watch and no name to probe: give --log FILE, --stdin, --fifo FILE or --probe NAME, or `logs` or `probes` in --config FILE',
    );
  }
  const log = createLogger(config.logLevel);
  const daemon = await listenOrExplain(config, log);
  process.on('SIGHUP', () => reload(daemon, log, () => configFrom(values)));
  const stopSignal = untilSignal('SIGTERM', 'SIGINT');
  // Last: whoever reads this may send a signal at once.
  log.info(daemon.address(), 'listening');

  log.info({ signal: await stopSignal }, 'stopping');
  // A pipe that nobody reads would keep the process from its end.
  setTimeout(() => process.exit(0), STOP_WITHIN_MS).unref();
  await daemon.stop();
  log.flush(() => process.exit(0));
  return 0;
}

async function reload(daemon: Daemon, log: Logger, readConfig: () => Promise<Config>): Promise<void> {
  try {
    await daemon.reload(await readConfig());
    log.info(daemon.address(), 'configuration reloaded');
  } catch (error) {
    const { message } = error as Error;
    if (error instanceof ConfigError)
      log.error({ error: message }, 'the new configuration is wrong; the old one stays');
    else
      log.error({ error: message }, 'the new configuration cannot be used; check it and send SIGHUP again');
  }
}

function untilSignal(...signals: NodeJS.Signals[]): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of signals) process.once(signal, () => resolve(signal));
  });
}
