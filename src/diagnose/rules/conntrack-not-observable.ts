import type { ConntrackRecord, KernelRecord } from '../../journal/kernel-record.ts';
import { grouped, time } from '../evidence.ts';
import type { JoinedRule, Judgement } from '../finding.ts';
import { isFresh, ownNamespace } from '../kernel/words.ts';

/** The node's connection tracking cannot be seen from here: this namespace's own zero says nothing of it. */
export const conntrackNotObservable: JoinedRule = {
  id: 'conntrack-not-observable',
  severity: 'info',
  about: 'everything',
  judge({ kernel }, by) {
    if (!kernel || kernel.isNode === true) return [];
    // Nothing was seen yet, unless there is nothing to see: `proc` is wrong.
    if (kernel.lastSample === undefined && !hasNoProc(kernel)) return [];
    const node = kernel.conntrack.get('node');
    if (node && hasNumbers(node, kernel, by)) return [];
    const look = kernel.looks.get('node');
    return [
      {
        subject: ownNamespace(kernel),
        severity: 'info',
        title: 'The node’s connection tracking is not observable from here',
        evidence: [
          ...podText(kernel.conntrack.get('pod')),
          ...(look && look.state !== 'ok' ? [`the node: ${look.why}`] : []),
          ...(node ? [lastText(node)] : []),
        ],
        fix: FIX,
      },
    ];
  },
};

function hasNumbers({ samples }: ConntrackRecord, kernel: KernelRecord, { now }: Judgement): boolean {
  const last = samples.findLast(({ entries, counters }) => entries !== undefined || counters !== undefined);
  return last !== undefined && isFresh(last.at, kernel, now);
}

function hasNoProc({ looks }: KernelRecord): boolean {
  const look = looks.get('process');
  return look !== undefined && look.state !== 'ok' && look.reason === 'no-proc';
}

/** What this namespace's own count means, and what not. */
function podText(pod: ConntrackRecord | undefined): string[] {
  const last = pod?.samples.findLast(({ entries }) => entries !== undefined);
  if (last?.entries === undefined)
    return [
      'this namespace’s own count of entries is not to be had either: no connection tracking is seen at all',
    ];
  const what =
    last.entries === 0
      ? 'nothing is tracked in this namespace itself: 0 is neither “the node is well” nor “nothing is lost”'
      : 'flows that rules in this namespace itself track (a service mesh, NAT)';
  return [
    `${grouped(last.entries)} entries in this namespace (${time(last.at)}): ${what}; packets to a Service are tracked in the node’s namespace`,
  ];
}

function lastText({ from, samples }: ConntrackRecord): string {
  const last = samples.at(-1);
  return last
    ? `the last sample of ${from} is of ${time(last.at)}`
    : `${from} has given no number of connection tracking yet`;
}

const FIX =
  'One of three. A node_exporter on the node: `node: {metricsUrl: "http://$(HOST_IP):9100/metrics"}` in the configuration, and `env: [{name: HOST_IP, valueFrom: {fieldRef: {fieldPath: status.hostIP}}}]` in the sidecar’s container. The node’s /proc: `node: {proc: /host/proc}`, with `volumes: [{name: proc, hostPath: {path: /proc}}]` and `volumeMounts: [{name: proc, mountPath: /host/proc, readOnly: true}]` (Pod Security baseline forbids hostPath). Or run netdns-sidecar once a node, as a DaemonSet with `hostNetwork: true`.';
