import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

/** What a command took, its start-up included. */
export interface Usage {
  wallSeconds: number;
  /** User and system time. */
  cpuSeconds: number;
  peakRssMiB: number;
}

const LOOK_EVERY_MS = 10;

/** Runs a command to its end. Its output is read, as a shell's pipe would: grep -c stops early where it goes to /dev/null. */
export async function measure(command: readonly string[]): Promise<Usage> {
  // bash's own time has milliseconds, time(1) has hundredths of a second.
  const script = 'TIMEFORMAT="%3R %3U %3S"; time "$@" 2>/dev/null';
  const shell = spawn('bash', ['-c', script, 'bash', ...command], { stdio: ['ignore', 'pipe', 'pipe'] });
  let times = '';
  shell.stdout.resume();
  shell.stderr.setEncoding('utf8').on('data', (text: string) => {
    times += text;
  });
  let peakKiB = 0;
  const look = setInterval(() => {
    peakKiB = Math.max(peakKiB, peakOfChild(shell.pid));
  }, LOOK_EVERY_MS);
  const [status]: unknown[] = await once(shell, 'close');
  clearInterval(look);
  const seconds = /^([\d.]+) ([\d.]+) ([\d.]+)$/m.exec(times);
  // netdns-sidecar's 1 means that it found something.
  if ((status !== 0 && status !== 1) || !seconds)
    throw new Error(`${command.join(' ')}: exit status ${status}`);
  return {
    wallSeconds: Number(seconds[1]),
    cpuSeconds: Number(seconds[2]) + Number(seconds[3]),
    peakRssMiB: peakKiB / 1024,
  };
}

/** The kernel's high-water mark of what the shell runs, in KiB; 0 before it runs and after. */
function peakOfChild(shell: number | undefined): number {
  try {
    const child = readFileSync(`/proc/${shell}/task/${shell}/children`, 'utf8').trim();
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${child}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
