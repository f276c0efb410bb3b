/** How many of the usable source ports are taken, sample by sample. */
import type { KernelRecord, SourcePorts, UdpSample } from '../../journal/kernel-record.ts';
import type { Judgement } from '../finding.ts';
import { type Rise, riseOf } from './rise.ts';
import { closesBelow, highSince, standsSince } from './stands.ts';
import { isFresh } from './words.ts';

interface PortSample {
  at: number;
  used: number;
  /** Over those usable. */
  ratio: number;
  from: NonNullable<UdpSample['portsFrom']>;
}

export interface PortPressure {
  ports: SourcePorts;
  /** Those in which the ports were counted, the oldest first; at least one. */
  samples: readonly PortSample[];
  last: PortSample;
}

/** Undefined where ports cannot be counted, or have not been for a while. */
export function portPressureOf(
  kernel: KernelRecord | undefined,
  { now }: Judgement,
): PortPressure | undefined {
  const ports = kernel?.udp.ports;
  if (!kernel || !ports || ports.usable <= 0) return undefined;
  const samples = kernel.udp.samples.flatMap(({ at, portsUsed, portsFrom = 'table' }) =>
    portsUsed === undefined
      ? []
      : [{ at, used: portsUsed, ratio: portsUsed / ports.usable, from: portsFrom }],
  );
  const last = samples.at(-1);
  return last && isFresh(last.at, kernel, now) ? { ports, samples, last } : undefined;
}

/** So soon must they be used up for a rise to be a finding, s. */
const SOON = 300;

/**
 * Since when ports are nearly used up: so many are taken, or half as many and they rise clearly towards all of
 * them within five minutes.
 */
export function nearSince({ ports, samples }: PortPressure, threshold: number): number | undefined {
  const points = pointsOf(samples);
  const soon = (index: number) => (riseOf(points, ports.usable, index + 1)?.fullIn ?? Infinity) <= SOON;
  const rises = ({ ratio }: PortSample, index: number) => ratio >= threshold / 2 && soon(index);
  return standsSince(
    samples,
    (sample, index) => sample.ratio >= threshold || rises(sample, index),
    (sample, index) => sample.ratio < closesBelow(threshold) && !rises(sample, index),
  );
}

/** The rise at the end. */
export function portRiseOf({ ports, samples }: PortPressure): Rise | undefined {
  return riseOf(pointsOf(samples), ports.usable);
}

function pointsOf(samples: readonly PortSample[]) {
  return samples.map(({ at, used }) => ({ at, value: used }));
}

/** From here on a lookup with its handful of ports may find none. */
const CRITICAL = 0.98;
const CRITICAL_MARGIN = 0.02;

/** Whether hardly any port is left. */
export function hardlyAnyLeft({ samples }: PortPressure): boolean {
  return highSince(samples, CRITICAL, CRITICAL_MARGIN) !== undefined;
}

/** Since when all are taken, counted in the table at least once: an estimate alone may be over. */
export function noneLeftSince({ samples }: PortPressure): number | undefined {
  const since = highSince(samples, 1, CRITICAL_MARGIN);
  const counted = samples.some(
    ({ at, ratio, from }) => since !== undefined && at >= since && ratio >= 1 && from === 'table',
  );
  return counted ? since : undefined;
}

/** Times in which at least so many were taken, ms since the epoch. */
export function pressedTimes({ samples }: PortPressure, threshold: number): { from: number; to: number }[] {
  const times: { from: number; to: number; ended: boolean }[] = [];
  for (const { at, ratio } of samples) {
    const last = times.at(-1);
    if (ratio < threshold) {
      if (last) last.ended = true;
    } else if (last && !last.ended) last.to = at;
    else times.push({ from: at, to: at, ended: false });
  }
  return times.map(({ from, to }) => ({ from, to }));
}
