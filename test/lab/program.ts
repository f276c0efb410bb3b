/** Programs of the lab that go on until they are told to end. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import type { Namespace } from './namespace.ts';

/** A program that ends when its standard input does. */
export interface Program {
  readonly pid: number;
  /** What it says first: that it has done what it is for. Rejects when it ends before. */
  readonly said: Promise<string>;
  end(): Promise<void>;
}

/** Starts one in a namespace, or here. */
export function startProgram(command: readonly string[], namespace?: Namespace): Program {
  const child = start(command, ['pipe', 'pipe', 'inherit'], namespace);
  const { pid, stdin, stdout } = child;
  if (pid === undefined || !stdin || !stdout) throw new Error(`${command.join(' ')} could not be started`);
  const exited = once(child, 'exit');
  const said = Promise.race([
    once(createInterface(stdout), 'line').then(([line]) => String(line)),
    exited.then(([status, signal]) => {
      throw new Error(`${command.join(' ')} ended: status ${status}, signal ${signal}`);
    }),
  ]);
  // Whoever waits for it hears of it.
  said.catch(() => {});
  return {
    pid,
    said,
    async end() {
      stdin.end();
      await exited;
    },
  };
}

/** Runs a command in a namespace to its end; what it printed. */
export async function run(namespace: Namespace, command: readonly string[]): Promise<string> {
  const child = start(command, ['ignore', 'pipe', 'inherit'], namespace);
  const closed = once(child, 'close');
  const printed = child.stdout ? await text(child.stdout) : '';
  const [status, signal] = await closed;
  if (status !== 0) throw new Error(`${command.join(' ')}: status ${status}, signal ${signal}`);
  return printed;
}

function start(
  command: readonly string[],
  stdio: ['pipe' | 'ignore', 'pipe', 'inherit'],
  namespace?: Namespace,
): ChildProcess {
  if (namespace) return namespace.spawn(command, { env: { PATH: process.env.PATH }, stdio });
  const [program = '', ...args] = command;
  return spawn(program, args, { stdio });
}
