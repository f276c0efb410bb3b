/** A container runtime's part: what the application writes to stdout and stderr ends up in a log file. */

import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** `plain`: both streams as they come, like `app >>app.log 2>&1`. `cri`: containerd's and CRI-O's format. */
export type Framing = 'plain' | 'cri';

/** How the program ended: its exit status, or null and the signal that killed it. */
export interface Exit {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Runs a program to its end with its output appended to a log file. */
export async function logged(
  file: string,
  framing: Framing,
  start: (output: number | 'pipe') => ChildProcess,
): Promise<Exit> {
  const log = openSync(file, 'a');
  try {
    const app = start(framing === 'plain' ? log : 'pipe');
    if (framing === 'cri') writeCri(app, log);
    const [status, signal] = await once(app, 'close');
    return { status, signal };
  } finally {
    closeSync(log);
  }
}

function writeCri(app: ChildProcess, log: number): void {
  for (const name of ['stdout', 'stderr'] as const) {
    const stream = app[name];
    if (!stream) throw new Error(`no pipe from the application's ${name}`);
    createInterface(stream).on('line', (line) => {
      writeSync(log, `${new Date().toISOString()} ${name} F ${line}\n`);
    });
  }
}
