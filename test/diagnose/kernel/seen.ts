/** What the kernel, probes and logs have told, made by hand: for tests of the rules that hold them against each other. */
import { diagnose } from '../../../src/diagnose/diagnose.ts';
import type { Finding, Judgement, Known } from '../../../src/diagnose/finding.ts';
import { type AppRecord, createAppRecord } from '../../../src/journal/app-record.ts';
import {
  type ConntrackRecord,
  type ConntrackSample,
  createKernelRecord,
  type KernelRecord,
  type UdpSample,
} from '../../../src/journal/kernel-record.ts';
import type { Look, Watcher } from '../../../src/journal/looks.ts';
import { createProbeRecord, type ProbeLookup, type ProbeRecord } from '../../../src/journal/probe-record.ts';
import type { ProcessesRecord, ProcessRecord } from '../../../src/journal/process-record.ts';
import { understand } from '../../../src/watch/logs/understand.ts';
import { JUDGEMENT } from '../judgement.ts';

export const NOW = Date.parse('2026-11-23T10:00:00Z');
const INTERVAL_MS = 2_000;
export const SERVER = '10.96.0.10:53';

/** Findings of one rule. */
export function found(id: string, known: Partial<Known>, by: Partial<Judgement> = {}): Finding[] {
  const all = diagnose({ apps: [], sources: [], ...known }, { ...JUDGEMENT, now: NOW, ...by });
  return all.filter((finding) => finding.id === id);
}

/** `critical this pod's network namespace` */
export function short(findings: readonly Finding[]): string[] {
  return findings.map(({ severity, subject }) => `${severity} ${subject}`);
}

/** Values as samples, one every two seconds, the last of them now. */
export function timed<T extends object>(values: readonly T[], everyMs = INTERVAL_MS): (T & { at: number })[] {
  return values.map((value, index) => ({ ...value, at: NOW - (values.length - 1 - index) * everyMs }));
}

/** So many times the same. */
export function times<T>(count: number, value: T): T[] {
  return Array.from({ length: count }, () => value);
}

/** A kernel that has been looked at. */
export function kernelWith(part: Partial<KernelRecord> = {}): KernelRecord {
  return { ...createKernelRecord(), intervalMs: INTERVAL_MS, lastSample: NOW, ...part };
}

export const POD_STAT = '/proc/net/stat/nf_conntrack';
export const NODE_URL = 'http://10.0.0.7:9100/metrics';

/** A kernel with connection tracking of one scope. */
export function conntrackKernel(
  samples: readonly Omit<ConntrackSample, 'at'>[],
  record: Partial<ConntrackRecord> = {},
  everyMs?: number,
): KernelRecord {
  const scope = record.scope ?? 'node';
  const from = scope === 'node' ? NODE_URL : POD_STAT;
  return kernelWith({
    conntrack: new Map([[scope, { scope, from, samples: timed(samples, everyMs), ...record }]]),
  });
}

/** Samples of how many ports are taken, counted in the table each time. */
export function portSamples(used: readonly number[], from: UdpSample['portsFrom'] = 'table'): UdpSample[] {
  return timed(used.map((portsUsed) => ({ inuse: portsUsed, portsUsed, portsFrom: from, errors: {} })));
}

/** A kernel with so many ports taken of a thousand. */
export function portKernel(used: readonly number[], udp: Partial<KernelRecord['udp']> = {}): KernelRecord {
  const ports = { low: 40_000, high: 40_999, reserved: 0, usable: 1_000 };
  return kernelWith({ udp: { samples: portSamples(used), ports, receiveDrops: 0, ...udp } });
}

/** The log of an application: lines, and when each was written. */
export function appWith(
  lines: readonly (readonly [line: string, at: number])[],
  subject = 'app.log',
): AppRecord {
  const app = createAppRecord(subject);
  for (const [line, at] of lines) understand(app, line, at);
  return app;
}

/** Single queries of one server, one a line: when, and whether a reply came. */
export function probesWith(checks: readonly (readonly [at: number, answered: boolean])[]): ProbeRecord {
  const record: ProbeRecord = { ...createProbeRecord(), rounds: 10, lastRound: NOW, intervalMs: 15_000 };
  record.servers.set(SERVER, {
    server: SERVER,
    position: 0,
    checks: checks.map(([at, answered]) => ({
      at,
      proto: 'udp',
      edns: false,
      type: 'A',
      name: 'api.test',
      durationMs: answered ? 2 : 5_000,
      result: answered
        ? {
            kind: 'reply',
            rcode: 'NOERROR',
            tc: false,
            ra: true,
            aa: false,
            opt: false,
            answers: 1,
            addresses: ['192.0.2.10'],
            order: 'no-cname',
            bytes: 64,
          }
        : { kind: 'timeout' },
    })),
    pairs: [],
  });
  return record;
}

/** A lookup that failed, with one query without a reply. */
export function failedLookup(at: number, part: Partial<ProbeLookup> = {}): ProbeLookup {
  return {
    target: 'api.test',
    model: 'go-1.24',
    at,
    asExpected: false,
    outcome: 'timeout',
    error: 'lookup api.test on 10.96.0.10:53: read udp: i/o timeout',
    addresses: [],
    durationMs: 10_000,
    because: [],
    queries: [
      {
        atMs: 3,
        proto: 'udp',
        server: SERVER,
        sourcePort: 41_234,
        name: 'api.test',
        type: 'A',
        edns: 1232,
        reply: null,
      },
    ],
    ...part,
  };
}

/** The application's process. */
export function processesWith(part: Partial<ProcessRecord> = {}): ProcessesRecord {
  const app = { pid: 7, startTicks: 1, comm: 'server', uid: 65_532, gid: 65_532, ...part };
  // Looked at often enough to be believed.
  const open = app.fds;
  const descriptors = open === undefined ? [] : timed(times(3, { open }), 5_000);
  return { app, others: [], restarts: 0, descriptors };
}

/** A kernel of which these could not be seen. */
export function blockedKernel(looks: readonly Look[], part: Partial<KernelRecord> = {}): KernelRecord {
  return kernelWith({ ...part, looks: new Map<Watcher, Look>(looks.map((look) => [look.watcher, look])) });
}
