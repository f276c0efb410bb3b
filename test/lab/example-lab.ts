/** The examples as containers, in a network whose nameservers tell what they are asked. */

import { chmodSync, mkdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { Containers, type RunOptions } from './containers.ts';
import { buildExamples } from './example-images.ts';
import { createNamespace, type Namespace } from './namespace.ts';
import { buildSidecar, NODE_VOLUME } from './sidecar-image.ts';
import type { ToldQuery } from './telling-server.ts';

const SERVER = fileURLToPath(new URL('telling-server.ts', import.meta.url));
/** Its name in the pods of examples/. */
const SIDECAR = 'netdns-sidecar';
const NAMESERVERS = ['127.0.0.53', '127.0.0.54'];
const RESOLV_CONF = [...NAMESERVERS.map((address) => `nameserver ${address}`), 'options timeout:2', ''].join(
  '\n',
);

/** A container that looks names up, again and again. */
export interface Running {
  readonly name: string;
  /** A name of its own, unless it was given others. */
  readonly looksUp: string;
  /** The queries for its names, since it was started. */
  asked(): ToldQuery[];
  /** The directory that is /var/log/app in it. */
  readonly logs: string;
  /** Its first process, by its number here. */
  pid(): Promise<number>;
  /** What Podman and the program have said when it has ended. */
  readonly ended: Promise<string>;
}

export class ExampleLab {
  readonly containers: Containers;
  readonly directory: string;
  readonly namespace: Namespace;
  readonly #told: ToldQuery[] = [];
  #runs = 0;

  private constructor(containers: Containers, directory: string, namespace: Namespace) {
    this.containers = containers;
    this.directory = directory;
    this.namespace = namespace;
    namespace.first.lines.on('line', (line) => this.#told.push(JSON.parse(line)));
  }

  static async open(): Promise<ExampleLab> {
    const directory = await mkdtemp(join(tmpdir(), 'netdns-examples-'));
    const containers = await Containers.open();
    try {
      await buildExamples(containers, directory);
      await buildSidecar(containers, SIDECAR, directory);
      const server = [process.execPath, SERVER, ...NAMESERVERS];
      const namespace = await createNamespace(directory, { server });
      await writeFile(join(directory, 'nameservers'), RESOLV_CONF);
      return new ExampleLab(containers, directory, namespace);
    } catch (error) {
      await close(containers, directory);
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.namespace.close();
    await close(this.containers, this.directory);
  }

  /** Runs an image until the test is finished. @param env beside that of the image */
  start(image: string, env: Readonly<Record<string, string>> = {}): Running {
    const name = `run-${++this.#runs}`;
    const looksUp = env.LOOKUP ?? `${name}.ok.test`;
    const names = new Set(looksUp.split(' '));
    const before = this.#told.length;
    const logs = join(this.directory, name);
    mkdirSync(logs);
    // As an emptyDir is.
    chmodSync(logs, 0o777);
    const volumes = [`${join(this.directory, 'nameservers')}:/etc/resolv.conf:ro`, `${logs}:/var/log/app`];
    const ended = this.#run(image, {
      ...{ name, beside: this.namespace.pid, volumes },
      env: { ...env, LOOKUP: looksUp },
    });
    return {
      ...{ name, looksUp, logs, ended },
      asked: () => this.#told.slice(before).filter((query) => names.has(query.name)),
      pid: () => this.containers.pidOf(name),
    };
  }

  /** Starts the sidecar beside a container, as in a pod. @param args of the pod */
  startSidecar({ name, logs }: Running, args: readonly string[]): void {
    const volumes = [`${logs}:/var/log/app:ro`, NODE_VOLUME];
    this.#run(SIDECAR, { name: `${name}-sidecar`, beside: name, volumes, args });
  }

  /** Reads a URL within the network. @returns what is there; nothing where nobody listens */
  async read(url: string): Promise<string> {
    const { stdout } = this.namespace.spawn(['busybox', 'wget', '-qO-', url], {
      env: { PATH: process.env.PATH },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return stdout ? await text(stdout) : '';
  }

  /** @returns what was written to stderr, when it has ended */
  #run(image: string, options: RunOptions): Promise<string> {
    const { stderr } = this.containers.start(image, options);
    if (!stderr) throw new Error('no pipe from the container');
    const ended = text(stderr);
    onTestFinished(async () => {
      await this.containers.stop(options.name);
      await ended;
    });
    return ended;
  }
}

async function close(containers: Containers, directory: string): Promise<void> {
  await containers.close();
  await rm(directory, { recursive: true });
}
