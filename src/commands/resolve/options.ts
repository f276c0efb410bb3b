import { isIP } from 'node:net';
import type { Family, HintFlags, Server } from '../../resolver/model.ts';
import { MODEL_NAMES, type Model, modelOf } from '../../resolver/models.ts';
import { parseOptions, UsageError } from '../command.ts';

/** What a call of `resolve` asks for. */
export interface ResolveOptions {
  names: string[];
  models: Model[];
  family: Family;
  flags: HintFlags;
  repeat: number;
  /** Between repetitions, ms. */
  waitMs: number;
  /** Where the real resolver waits without bound, ms. */
  limitMs: number;
  root: string;
  nameservers?: Server[];
  resolvConf?: string;
  hosts?: string;
  nsswitch?: string;
  json: boolean;
}

const FAMILIES: readonly Family[] = ['unspec', 'inet', 'inet6'];
const HINTS: readonly HintFlags[] = ['go', 'addrconfig', 'none', '0'];
const DEFAULT_MODELS = 'go,glibc,musl,nslookup';
const MAX_REPEAT = 1_000_000;
/** What setTimeout takes, ms. */
const MAX_MS = 2 ** 31 - 1;

/** @throws UsageError that says what was expected */
export function resolveOptions(args: string[]): ResolveOptions {
  const { values, positionals } = parseOptions('resolve', {
    args,
    allowPositionals: true,
    options: {
      as: { type: 'string', default: DEFAULT_MODELS },
      family: { type: 'string', default: 'unspec' },
      flags: { type: 'string', default: 'go' },
      repeat: { type: 'string', default: '1' },
      wait: { type: 'string', default: '0' },
      limit: { type: 'string', default: '30' },
      server: { type: 'string', multiple: true },
      root: { type: 'string', default: '/' },
      'resolv-conf': { type: 'string' },
      hosts: { type: 'string' },
      nsswitch: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  if (positionals.length === 0) throw new UsageError('no name to look up: see netdns-sidecar resolve --help');
  const { server, 'resolv-conf': resolvConf, hosts, nsswitch } = values;
  return {
    names: positionals,
    models: modelsOf(values.as),
    family: oneOf('--family', values.family, FAMILIES),
    flags: oneOf('--flags', values.flags, HINTS),
    repeat: number('--repeat', values.repeat, 1, MAX_REPEAT),
    waitMs: number('--wait', values.wait, 0, MAX_MS),
    limitMs: number('--limit', values.limit, 0.001, MAX_MS / 1000) * 1000,
    root: values.root,
    ...(server && { nameservers: server.map(serverOf) }),
    ...(resolvConf !== undefined && { resolvConf }),
    ...(hosts !== undefined && { hosts }),
    ...(nsswitch !== undefined && { nsswitch }),
    json: values.json,
  };
}

function modelsOf(list: string): Model[] {
  const names = list === 'all' ? MODEL_NAMES : list.split(',').map((name) => name.trim());
  return names.map((name) => {
    const model = modelOf(name);
    if ('error' in model) throw new UsageError(`--as: ${model.error}`);
    return model;
  });
}

function oneOf<T extends string>(flag: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((each) => each === value);
  if (!found) throw new UsageError(`${flag} ${JSON.stringify(value)}: expected ${allowed.join(', ')}`);
  return found;
}

function number(flag: string, value: string, least: number, most: number): number {
  const parsed = Number(value);
  if (!/^\d+(\.\d+)?$/.test(value) || parsed < least || parsed > most)
    throw new UsageError(`${flag} ${JSON.stringify(value)}: expected a number from ${least} to ${most}`);
  return parsed;
}

/** `10.96.0.10`, `10.96.0.10:5353`, `fd00::10`, `[fd00::10]:5353`. */
function serverOf(text: string): Server {
  const [, bracketed, plain, port = '53'] =
    /^(?:\[([^\]]+)\]|([^:]+|[^:]*:[^:]*:.*))(?::(\d{1,5}))?$/.exec(text) ?? [];
  // The greedy IPv6 alternative takes everything: a port needs brackets there.
  const address = bracketed ?? plain ?? '';
  if (isIP(address.split('%')[0] ?? '') === 0 || Number(port) > 65_535 || Number(port) === 0)
    throw new UsageError(
      `--server ${JSON.stringify(text)}: expected an address with or without a port, such as 10.96.0.10, 10.96.0.10:5353 or [fd00::10]:5353`,
    );
  return { address, port: Number(port) };
}
