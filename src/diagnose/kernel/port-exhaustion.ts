/** Whether no source port was left: what the kernel shows of it, and who failed by it. */
import type { ErrorEntry } from '../../journal/error-table.ts';
import type { KernelRecord } from '../../journal/kernel-record.ts';
import type { Judgement, Known } from '../finding.ts';
import {
  hiddenErrorsOf,
  isIn,
  isOverTcp,
  isSameNetwork,
  type OwnFailures,
  ownPortFailures,
  portErrorsOf,
} from './port-failures.ts';
import { noneLeftSince, type PortPressure, portPressureOf, pressedTimes } from './ports.ts';

export interface PortExhaustion {
  kernel: KernelRecord;
  pressure: PortPressure;
  /** When few were left, ms since the epoch. */
  times: readonly { from: number; to: number }[];
  /** Since when all are taken; absent: some are left now. */
  noneLeft: number | undefined;
  /** Failures of applications that are told by it. */
  failed: readonly ErrorEntry[];
  /** Those that may be of something else. */
  hidden: readonly ErrorEntry[];
  /** Probes of our own. */
  own: OwnFailures | undefined;
}

/** Undefined where the kernel shows nothing of the kind, or cannot show it. */
export function portExhaustionOf(known: Known, by: Judgement): PortExhaustion | undefined {
  const { kernel, probes } = known;
  const pressure = portPressureOf(kernel, by);
  if (!kernel || !pressure) return undefined;
  // Between two samples the last ports come and go: who failed while few were left, failed by it.
  const times = pressedTimes(pressure, by.sourcePortRatio);
  const inTime = (each: { first: number; last: number }) => isIn(each, times);
  const apps = isSameNetwork(known) ? known.apps : [];
  const failed = apps
    .flatMap((app) => portErrorsOf(app, by))
    .filter((error) => !isOverTcp(error) && inTime(error));
  const ownFailures = probes && ownPortFailures(probes, by);
  const own = ownFailures && inTime(ownFailures) ? ownFailures : undefined;
  const noneLeft = noneLeftSince(pressure);
  if (noneLeft === undefined && failed.length === 0 && !own) return undefined;
  const hidden = apps.flatMap((app) => hiddenErrorsOf(app, by)).filter(inTime);
  return { kernel, pressure, times, noneLeft, failed, hidden, own };
}
