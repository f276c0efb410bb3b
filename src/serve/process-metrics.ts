import { readdirSync } from 'node:fs';
import { Counter, Gauge, type Registry } from 'prom-client';

/**
 * The process metrics that Prometheus client libraries have in common. prom-client's own set comes with a timer that
 * wakes the process 98 times a second, and tells event-loop lags that contain the timer's own period when it is slowed.
 */
export function registerProcessMetrics(registry: Registry): void {
  const registers = [registry];
  const cpu = new Counter({
    name: 'process_cpu_seconds_total',
    help: 'User and system CPU time spent, in seconds.',
    registers,
    collect() {
      const { user, system } = process.cpuUsage();
      cpu.reset();
      cpu.inc((user + system) / 1e6);
    },
  });
  const resident = new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Resident memory, in bytes.',
    registers,
    collect() {
      resident.set(process.memoryUsage.rss());
    },
  });
  const descriptors = new Gauge({
    name: 'process_open_fds',
    help: 'Open file descriptors.',
    registers,
    collect() {
      descriptors.set(readdirSync('/proc/self/fd').length);
    },
  });
  new Gauge({
    name: 'process_start_time_seconds',
    help: 'When the process started, in seconds since the epoch.',
    registers,
  }).set((Date.now() - performance.now()) / 1e3);
}
