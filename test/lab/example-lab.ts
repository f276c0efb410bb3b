/** The examples as containers, in a network whose nameservers tell what they are asked. */

import { chmodSync, mkdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { Containers } from './containers.ts';
import { buildExamples } from './example-images.ts';
import { createNamespace, type Namespace } from './namespace.ts';
import type { ToldQuery } from './telling-server.ts';

const SERVER = fileURLToPath(new URL('telling-server.ts', import.meta.url));
const NAMESERVERS = ['127.0.0.53', '127.0.0.54'];
const RESOLV_CONF = [...NAMESERVERS.map((address) => `nameserver ${address}`), 'options timeout:2', ''].join(
  '\n',
);

/** A container that looks names up, again and again. */
export interface Running {
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
    const child = this.containers.start(image, {
      name,
      network: this.namespace.pid,
      env: { ...env, LOOKUP: looksUp },
      volumes: [`${join(this.directory, 'nameservers')}:/etc/resolv.conf:ro`, `${logs}:/var/log/app`],
    });
    const { stderr } = child;
    if (!stderr) throw new Error('no pipe from the container');
    const ended = text(stderr);
    onTestFinished(async () => {
      await this.containers.stop(name);
      await ended;
    });
    return {
      ...{ looksUp, logs, ended },
      asked: () => this.#told.slice(before).filter((query) => names.has(query.name)),
      pid: () => this.containers.pidOf(name),
    };
  }
}

async function close(containers: Containers, directory: string): Promise<void> {
  await containers.close();
  await rm(directory, { recursive: true });
}
