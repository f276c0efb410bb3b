import { type EventLoopUtilization, performance } from 'node:perf_hooks';
import { MAX_LOADS, type SelfRecord } from '../../journal/self-record.ts';
import type { Clock } from '../clock.ts';

/** ELU of perf_hooks: ms since the loop began in which it was idle and active. */
export type Utilization = Pick<EventLoopUtilization, 'idle' | 'active'>;

/**
 * Notes how busy the event loop is. libuv counts that anyhow, so there is no timer that would wake the process, and no
 * standstill between two looks is missed.
 *
 * @returns to be called every few seconds
 */
export function watchSelf(
  record: SelfRecord,
  { clock }: Pick<Clock, 'clock'>,
  utilization: () => Utilization = () => performance.eventLoopUtilization(),
): () => void {
  let before = utilization();
  return () => {
    const now = utilization();
    const [idle, active] = [now.idle - before.idle, now.active - before.active];
    before = now;
    const over = idle + active;
    if (over <= 0) return;
    record.loads.push({ at: clock(), over, busy: active / over });
    if (record.loads.length > MAX_LOADS) record.loads.shift();
  };
}
