/**
 * The lab: real Go programs in a network namespace, their output in a log, and the daemon beside it. Where the
 * machine cannot run it the tests are skipped and say so; in CI they fail.
 */

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { type Build, compile } from './builds.ts';
import { type Exit, type Framing, logged } from './container-log.ts';
import { type Daemon, startDaemon } from './daemon.ts';
import { createNamespace, type Namespace } from './namespace.ts';
import { describeInLab } from './requirements.ts';

/** Compiling from nothing on a slow machine. */
const SET_UP_TIMEOUT_MS = 300_000;

/** A log and the daemon that watches it. */
export interface Watch {
  readonly log: string;
  readonly daemon: Daemon;
}

export interface AppOptions {
  readonly build: Build;
  /** Command line of lookup.go. */
  readonly args: readonly string[];
  /** The application's whole environment beside PATH; GODEBUG=netdns=2 unless it says otherwise. */
  readonly env?: NodeJS.ProcessEnv;
  readonly framing?: Framing;
  /** What starts the program, such as `prlimit --nofile=64`. */
  readonly launcher?: readonly string[];
}

interface OpenLab {
  readonly directory: string;
  readonly binaries: ReadonlyMap<Build, string>;
  readonly namespace: Namespace;
}

export class Lab {
  #open: OpenLab | undefined;
  #watches = 0;

  async open(builds: readonly Build[]): Promise<void> {
    const binaries = new Map<Build, string>();
    for (const build of builds) binaries.set(build, await compile(build));
    const directory = mkdtempSync(join(tmpdir(), 'netdns-lab-'));
    try {
      this.#open = { directory, binaries, namespace: await createNamespace(directory) };
    } catch (error) {
      rmSync(directory, { recursive: true });
      throw error;
    }
  }

  async close(): Promise<void> {
    if (!this.#open) return;
    await this.#open.namespace.close();
    rmSync(this.#open.directory, { recursive: true });
  }

  /** A new log with a daemon that watches it until the test is finished. It must then stop as it should. */
  async watch(config: object = {}): Promise<Watch> {
    const directory = this.directory(`watch-${++this.#watches}`);
    const log = join(directory, 'app.log');
    const daemon = await startDaemon(directory, { logs: [{ file: log }], ...config });
    onTestFinished(() => daemon.stop());
    return { log, daemon };
  }

  /** Runs the application to its end, its output appended to the log. */
  async run(log: string, { build, args, env, framing, launcher = [] }: AppOptions): Promise<void> {
    const command = [...launcher, this.binary(build), ...args];
    const { status, signal } = await this.exec(log, command, {
      framing,
      env: { GODEBUG: 'netdns=2', ...env },
    });
    if (status !== 0) throw new Error(`${command.join(' ')}: status ${status}, signal ${signal}`);
  }

  /** Runs any command in the namespace to its end, its output appended to the log. */
  async exec(
    log: string,
    command: readonly string[],
    { framing = 'plain', env = {} }: { framing?: Framing | undefined; env?: NodeJS.ProcessEnv } = {},
  ): Promise<Exit> {
    const { namespace } = this.#parts();
    return logged(log, framing, (output) =>
      namespace.spawn(command, {
        // No LOCALDOMAIN, RES_OPTIONS or locale of the developer's.
        env: { PATH: process.env.PATH, ...env },
        stdio: ['ignore', output, output],
      }),
    );
  }

  binary(build: Build): string {
    const binary = this.#parts().binaries.get(build);
    if (!binary) throw new Error(`${build} is not among the builds of this lab`);
    return binary;
  }

  /** A directory of the lab's own; gone when the lab is closed. */
  directory(name: string): string {
    const directory = join(this.#parts().directory, name);
    mkdirSync(directory, { recursive: true });
    return directory;
  }

  #parts(): OpenLab {
    if (!this.#open) throw new Error('the lab is open only while tests run');
    return this.#open;
  }
}

/** `describe` with a lab that has these builds of the application. */
export function describeLab(name: string, builds: readonly Build[], body: (lab: Lab) => void): void {
  const lab = new Lab();
  describeInLab(name, () => {
    beforeAll(() => lab.open(builds), SET_UP_TIMEOUT_MS);
    afterAll(() => lab.close());
    body(lab);
  });
}
