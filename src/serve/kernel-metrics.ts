import type { Registry } from 'prom-client';
import { conntrackRecords, isFresh } from '../diagnose/kernel/words.ts';
import {
  CONNTRACK_EVENTS,
  type ConntrackRecord,
  type ConntrackSample,
  type KernelRecord,
  type Scope,
  type UdpErrors,
  type UdpSample,
} from '../journal/kernel-record.ts';
import type { Watcher } from '../journal/looks.ts';
import { counter, gauge } from './from-journal.ts';

/**
 * The metrics of the kernel's UDP and connection tracking. What was not seen, or not lately, has no series: a zero
 * would say that all is well. The kernel's own counters are shown as they stand, so that they begin anew with what
 * they count: the network namespace, or the machine.
 */
export function registerKernel(registry: Registry, kernel: KernelRecord): void {
  registerSockets(registry, kernel);
  registerPorts(registry, kernel);
  registerConntrack(registry, kernel);
}

/**
 * Whether what was last read of a table still says something: tables are read more seldom than samples are taken, and
 * the longer they are the more so, but a look at one that fails ends it.
 */
function isRead(kernel: KernelRecord, watcher: Watcher): boolean {
  return (
    isFresh(kernel.lastSample ?? 0, kernel, Date.now()) && (kernel.looks.get(watcher)?.state ?? 'ok') === 'ok'
  );
}

function lastUdp(kernel: KernelRecord): UdpSample | undefined {
  const last = kernel.udp.samples.at(-1);
  return last && isFresh(last.at, kernel, Date.now()) ? last : undefined;
}

function registerSockets(registry: Registry, kernel: KernelRecord): void {
  const socketsHelp = 'UDP sockets that have a port, by what they are connected to.';
  gauge(registry, 'udp_sockets', socketsHelp, ['use'], (set) => {
    const { table } = kernel.udp;
    if (!table || !isRead(kernel, 'udp')) return;
    set({ use: 'dns' }, table.dns);
    set({ use: 'other' }, table.sockets - table.dns);
  });
  const dropsHelp =
    'Datagrams that sockets dropped for want of buffer, as far as they were seen in the table.';
  counter(registry, 'udp_receive_drops_total', dropsHelp, [], (set) => {
    if (kernel.udp.table) set({}, kernel.udp.receiveDrops);
  });
  const errorsHelp = "The kernel's counters of UDP errors, of both families.";
  counter(registry, 'udp_errors_total', errorsHelp, ['kind'], (set) => {
    const errors = lastUdp(kernel)?.errors ?? {};
    for (const kind of ERROR_KINDS) {
      const count = errors[kind];
      if (count !== undefined) set({ kind }, count);
    }
  });
}
const ERROR_KINDS: readonly (keyof UdpErrors)[] = ['in', 'rcvbuf', 'sndbuf', 'noports', 'csum', 'mem'];

function registerPorts(registry: Registry, kernel: KernelRecord): void {
  const used = () => lastUdp(kernel)?.portsUsed;
  const limit = () => kernel.udp.ports?.usable;
  gauge(registry, 'udp_source_ports_used', 'Usable source ports that are taken, each once.', [], (set) => {
    const ports = used();
    if (ports !== undefined) set({}, ports);
  });
  const limitHelp = 'Source ports that the kernel may give: the local port range less the reserved ones.';
  gauge(registry, 'udp_source_ports_limit', limitHelp, [], (set) => {
    const ports = limit();
    if (ports !== undefined) set({}, ports);
  });
  gauge(registry, 'udp_source_ports_used_ratio', 'Source ports taken over those usable.', [], (set) => {
    const [taken, usable] = [used(), limit()];
    if (taken !== undefined && usable !== undefined && usable > 0) set({}, taken / usable);
  });
}

function registerConntrack(registry: Registry, kernel: KernelRecord): void {
  const samples = () =>
    conntrackRecords(kernel).flatMap((record) => {
      const last = record.samples.at(-1);
      return last && isFresh(last.at, kernel, Date.now()) ? [{ scope: scopeOf(record, kernel), last }] : [];
    });
  const ofSample = (value: (last: ConntrackSample) => number | undefined) => (set: SetScope) => {
    for (const { scope, last } of samples()) {
      const number = value(last);
      if (number !== undefined) set({ scope }, number);
    }
  };
  const entriesHelp = 'Entries of connection tracking in one network namespace.';
  gauge(
    registry,
    'conntrack_entries',
    entriesHelp,
    ['scope'],
    ofSample(({ entries }) => entries),
  );
  const limitHelp = "The machine's nf_conntrack_max, against which each namespace's own count is held.";
  gauge(
    registry,
    'conntrack_entries_limit',
    limitHelp,
    ['scope'],
    ofSample(({ limit }) => limit),
  );
  const eventsHelp = 'What connection tracking counted, added up over all CPUs.';
  counter(registry, 'conntrack_events_total', eventsHelp, ['scope', 'event'], (set) => {
    for (const { scope, last } of samples())
      for (const event of CONNTRACK_EVENTS) {
        const count = last.counters?.[event];
        if (count !== undefined) set({ scope, event }, count);
      }
  });
  const dnsHelp = 'Flows of UDP to port 53 in the table of connection tracking.';
  gauge(registry, 'conntrack_dns_entries', dnsHelp, ['scope', 'state'], (set) => {
    if (!isRead(kernel, 'conntrack-table')) return;
    for (const record of conntrackRecords(kernel)) {
      if (!record.dns) continue;
      const scope = scopeOf(record, kernel);
      set({ scope, state: 'replied' }, record.dns.replied);
      set({ scope, state: 'unreplied' }, record.dns.unreplied);
    }
  });
}
type SetScope = (labels: { scope: Scope }, value: number) => void;

/** With hostNetwork our own namespace is the node's. */
function scopeOf({ scope }: ConntrackRecord, { isNode }: KernelRecord): Scope {
  return isNode === true ? 'node' : scope;
}
