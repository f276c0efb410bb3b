import { expandReferences } from '../config/expand.ts';
import { environmentLayer, flagsLayer, numberOf } from '../config/layers.ts';
import { loadConfig, readConfigFile } from '../config/load.ts';
import type { Config, ConfigInput } from '../config/schema.ts';
import { UsageError } from './command.ts';

/** Flags of commands that take a configuration, for parseArgs. */
export const CONFIG_OPTIONS = {
  config: { type: 'string' },
  log: { type: 'string', multiple: true },
  stdin: { type: 'boolean' },
  fifo: { type: 'string', multiple: true },
  from: { type: 'string' },
  listen: { type: 'string' },
  resolver: { type: 'string' },
  'failure-window': { type: 'string' },
  probe: { type: 'string', multiple: true },
  'probe-interval': { type: 'string' },
  'no-probes': { type: 'boolean' },
  root: { type: 'string' },
  proc: { type: 'string' },
  pid: { type: 'string' },
  'log-level': { type: 'string' },
} as const;

type Values = {
  [K in keyof typeof CONFIG_OPTIONS]?: (typeof CONFIG_OPTIONS)[K] extends { multiple: true }
    ? string[]
    : (typeof CONFIG_OPTIONS)[K] extends { type: 'boolean' }
      ? boolean
      : string;
};

/** The configuration from file, environment and flags. @throws ConfigError */
export async function configFrom(values: Values): Promise<Config> {
  const file = values.config ?? process.env.NETDNS_CONFIG;
  const config = loadConfig([
    ...(file ? [await readConfigFile(file)] : []),
    environmentLayer(process.env),
    flagsLayer(inputOf(values)),
  ]);
  return expandReferences(config, process.env);
}

function inputOf(values: Values): ConfigInput {
  if (values.from !== undefined && !values.log) throw new UsageError('--from is about --log FILE: give both');
  const logs = [
    ...(values.log ?? []).map((file) => ({ file, ...(values.from !== undefined && { from: values.from }) })),
    ...(values.fifo ?? []).map((fifo) => ({ fifo })),
    ...(values.stdin ? [{ stdin: true }] : []),
  ];
  const probes = {
    ...(values['no-probes'] && { enabled: false }),
    ...(values['probe-interval'] !== undefined && { interval: values['probe-interval'] }),
    ...(values.probe && { targets: values.probe.map((name) => ({ name })) }),
  };
  const target = {
    ...(values.resolver !== undefined && { resolver: values.resolver }),
    ...(values.pid !== undefined && { pid: numberOf(values.pid) }),
  };
  // The schema checks what the types here only hope for.
  return {
    ...(logs.length > 0 && { logs }),
    ...(values.listen !== undefined && { listen: values.listen }),
    ...(values['log-level'] !== undefined && { logLevel: values['log-level'] }),
    ...(Object.keys(target).length > 0 && { target }),
    ...(values.root !== undefined && { root: values.root }),
    ...(values.proc !== undefined && { proc: values.proc }),
    ...(Object.keys(probes).length > 0 && { probes }),
    ...(values['failure-window'] !== undefined && {
      thresholds: { failureWindow: values['failure-window'] },
    }),
  } as ConfigInput;
}
