import { isIP } from 'node:net';
import type { ProbeConfig } from '../../config/schema.ts';
import type { AppRecord } from '../../journal/app-record.ts';
import type { TargetRecord } from '../../journal/probe-record.ts';

/** What is looked up in a round: the configured names, and those the application's log names. */
export type Target = Pick<TargetRecord, 'name' | 'origin' | 'expect'>;

/**
 * Names for a round. Of the log's at most `discover.max`, and those that were looked up before stay, so that there
 * is something to compare with; a name that fails takes the place of one that does not.
 *
 * @param before names of the log that were looked up in the last round
 */
export function targetsOf(
  { targets, discover }: Pick<ProbeConfig, 'targets' | 'discover'>,
  apps: readonly AppRecord[],
  before: readonly string[],
): Target[] {
  const configured = targets.map(({ name, expect }) => ({ name, expect, origin: 'configured' as const }));
  const known = new Set(configured.map(({ name }) => plain(name)));
  const found = new Map<string, string>();
  for (const name of discover.max > 0 ? namesInLogs(apps, before) : []) {
    if (found.size >= discover.max) break;
    const key = plain(name);
    if (!known.has(key) && !found.has(key) && mayBeProbed(name)) found.set(key, name);
  }
  return [...configured, ...[...found.values()].map((name) => ({ name, origin: 'log' as const }))];
}

/** The first are the ones that matter most. */
function namesInLogs(apps: readonly AppRecord[], before: readonly string[]): string[] {
  const failing = apps
    .flatMap(({ errors }) => errors.entries())
    .toSorted((a, b) => b.last - a.last)
    .map(({ name }) => name);
  const failed = new Set(failing);
  const hosts = apps.flatMap(({ trace }) => trace.hosts().toReversed());
  const traced = new Set(hosts);
  return [
    ...before.filter((name) => failed.has(name)),
    ...failing,
    ...before.filter((name) => traced.has(name)),
    ...hosts,
  ];
}

/**
 * Whether a name out of a log may be looked up: a host name as applications have them. Never an address, in any
 * spelling that inet_aton(3) takes, nor a name that stands for one, nor text that merely stood where a name should.
 */
function mayBeProbed(name: string): boolean {
  const labels = plain(name).split('.');
  return (
    name.length <= 253 &&
    isIP(name) === 0 &&
    labels.every((label) => /^[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?$/.test(label)) &&
    !/^(?:\d+|0x[\da-f]*)$/.test(labels.at(-1) ?? '') &&
    labels.at(-1) !== 'arpa' &&
    labels.at(-1) !== 'localhost'
  );
}

function plain(name: string): string {
  return name.replace(/\.$/, '').toLowerCase();
}
