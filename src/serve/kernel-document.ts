import type { Journal } from '../journal/journal.ts';
import type { ConntrackRecord, KernelRecord, UdpRecord } from '../journal/kernel-record.ts';
import { type ProcessesRecord, type ProcessRecord, RESOLVER_VARIABLES } from '../journal/process-record.ts';
import type { FileText } from '../resolver/sources.ts';
import { binaryDocument } from './binary-document.ts';
import { dated, timeOrNull } from './dates.ts';

/**
 * The body of /kernel: the latest of all that was seen of UDP, source ports, connection tracking and the application's
 * process, whose it is, and what cannot be seen and why. Of the environment only the four variables that resolvers read.
 */
export function kernelDocument({ kernel, processes }: Pick<Journal, 'kernel' | 'processes'>) {
  return {
    namespace: namespaceOf(kernel),
    intervalMs: kernel.intervalMs,
    lastSample: timeOrNull(kernel.lastSample),
    ports: portsDocument(kernel.udp),
    udp: udpDocument(kernel.udp),
    conntrack: [...kernel.conntrack.values()].map(conntrackDocument),
    softnet: kernel.softnet ?? null,
    tcpSynRetransmits: kernel.tcpSynRetransmits ?? null,
    process: processDocument(processes),
    looks: [...kernel.looks.values()],
  };
}

/** Whose `/proc/net` is: with hostNetwork it is the node's. */
function namespaceOf({ isNode }: KernelRecord): 'node' | 'pod' | null {
  return isNode === undefined ? null : isNode ? 'node' : 'pod';
}

function portsDocument({ ports, samples }: UdpRecord) {
  const last = samples.findLast(({ portsUsed }) => portsUsed !== undefined);
  return {
    range: ports ?? null,
    used: last?.portsUsed ?? null,
    from: last?.portsFrom ?? null,
    at: timeOrNull(last?.at),
    history: historyOf(samples, ({ portsUsed }) => portsUsed),
  };
}

function udpDocument({ samples, table, receiveDrops, dns }: UdpRecord) {
  return {
    last: samples.slice(-1).map(dated)[0] ?? null,
    table: table ? dated(table) : null,
    // Counted from table to table: without one nothing has been looked at.
    receiveDrops: table ? receiveDrops : null,
    newDnsSockets: dns ? dated(dns) : null,
  };
}

function conntrackDocument({ scope, from, samples, settings, dns }: ConntrackRecord) {
  return {
    scope,
    from,
    last: samples.slice(-1).map(dated)[0] ?? null,
    settings: settings ?? null,
    dns: dns ? dated(dns) : null,
    history: historyOf(samples, ({ entries }) => entries),
  };
}

/** The values that are known, the oldest first: `["2026-11-25T03:00:00.000Z", 27113]`. */
function historyOf<T extends { at: number }>(
  samples: readonly T[],
  value: (sample: T) => number | undefined,
) {
  return samples.flatMap((sample) => {
    const known = value(sample);
    return known === undefined ? [] : [[timeOrNull(sample.at), known] as const];
  });
}

function processDocument({ app, because, others, restarts, lastRestart }: ProcessesRecord) {
  return {
    app: app ? appDocument(app) : null,
    because: because ?? null,
    others: others.map(({ pid, comm }) => ({ pid, comm })),
    restarts,
    lastRestart: timeOrNull(lastRestart),
  };
}

function appDocument({ started, openFiles, environment, files, binary, image, ...rest }: ProcessRecord) {
  return {
    ...rest,
    started: timeOrNull(started),
    openFiles: openFiles ? { soft: limitOf(openFiles.soft), hard: limitOf(openFiles.hard) } : null,
    environment: environment
      ? Object.fromEntries(RESOLVER_VARIABLES.map((name) => [name, environment[name] ?? null]))
      : null,
    files: files
      ? {
          resolvConf: fileDocument(files.resolvConf),
          hosts: fileDocument(files.hosts),
          nsswitch: fileDocument(files.nsswitch),
        }
      : null,
    binary: binary ? binaryDocument(binary) : null,
    image: image ? { os: image.os ?? null, libcs: image.libcs, files: image.files } : null,
  };
}

/** JSON has no infinity. */
function limitOf(limit: number): number | 'unlimited' {
  return Number.isFinite(limit) ? limit : 'unlimited';
}

/** Without the text: what a hosts file names is not for everybody who may scrape. */
function fileDocument(file: FileText) {
  if (file.state !== 'ok') return file;
  return { state: file.state, modified: timeOrNull(file.modified), characters: file.text.length };
}
