/** How numbers of the kernel are said, and whose they are. */
import type { ConntrackRecord, KernelRecord } from '../../journal/kernel-record.ts';
import { grouped } from '../evidence.ts';
import { duration } from '../probes/transcripts.ts';
import type { Rise } from './rise.ts';

/** `83 %` of 0.834; `99.6 %` where whole ones would say that it is full. */
export function percent(ratio: number): string {
  const whole = Math.floor(ratio * 100);
  return whole === 99 ? `${(Math.floor(ratio * 1_000) / 10).toFixed(1)} %` : `${whole} %`;
}

/** `12 a second`, `0.4 a second`, `1.2 a minute` */
export function rate(perSecond: number): string {
  if (perSecond < 0.1) return `${(perSecond * 60).toFixed(1)} a minute`;
  return `${perSecond < 10 ? perSecond.toFixed(1) : grouped(perSecond)} a second`;
}

/** `it grows by 12 a second: full in about 40 s` */
export function riseText({ perSecond, fullIn }: Rise): string {
  const forecast = fullIn === undefined ? '' : `: full in about ${about(fullIn)}`;
  return `it grows by ${rate(perSecond)}${forecast}`;
}

/** A time that is only a forecast: no more figures than it bears. */
export function about(seconds: number): string {
  if (seconds < 120) return duration(Math.max(1, Math.round(seconds)) * 1_000).replace('.0', '');
  return `${Math.round(seconds / 60)} min`;
}

/** A number is so old at most, or as three samples: an older one says nothing of now, ms. */
const FRESH_MS = 60_000;

/** Whether what was sampled then still says something. */
export function isFresh(at: number, { intervalMs }: KernelRecord, now: number): boolean {
  return now - at <= Math.max(FRESH_MS, 3 * intervalMs);
}

/** Our own network namespace, as subject: with hostNetwork it is the node's. */
export function ownNamespace({ isNode }: KernelRecord): string {
  return isNode === true ? "the node's network namespace" : "this pod's network namespace";
}

/** Whose connection tracking, as subject. */
export function conntrackSubject({ scope, from }: ConntrackRecord, kernel: KernelRecord): string {
  return scope === 'node' || kernel.isNode === true ? `the node (${from})` : ownNamespace(kernel);
}

/** The same as a line of evidence. */
export function whoseText({ scope, from }: ConntrackRecord, { isNode }: KernelRecord): string {
  if (scope === 'node') return `whose: the node’s, from ${from}`;
  if (isNode === true) return `whose: the node’s, for this is its own network namespace, from ${from}`;
  return `whose: this pod’s own network namespace, from ${from}; it says nothing of the node’s`;
}

/** Connection tracking by whose it is: with hostNetwork our own namespace is the node's, and counts once. */
export function conntrackRecords(kernel: KernelRecord): ConntrackRecord[] {
  const [pod, node] = [kernel.conntrack.get('pod'), kernel.conntrack.get('node')];
  if (pod && node && kernel.isNode === true) return [node.samples.length > 0 ? node : pod];
  return [pod, node].filter((record) => record !== undefined);
}
