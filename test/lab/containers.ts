/**
 * Images and containers by Buildah, Podman and runc, in storage of their own: no registry is asked, and nothing is left when
 * it is closed. Needs root.
 */

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/**
 * Limits that any machine can grant: Podman's own are above what one without CAP_SYS_RESOURCE may set. runc and cgroupfs do
 * with every kind of cgroups, and without systemd.
 */
const CONFIGURATION = `
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "none"
`;
/** However a test ends, its containers do not outlive it for long, s. */
const LIFETIME_S = 120;

export interface RunOptions {
  name: string;
  /** A process whose network namespace it has, or a container with which it shares that and its processes, as in a pod. */
  beside: number | string;
  env?: Readonly<Record<string, string>>;
  /** `/etc/resolv.conf:/etc/resolv.conf:ro`: of this machine, in the container. */
  volumes?: readonly string[];
  args?: readonly string[];
}

export class Containers {
  readonly #directory: string;
  readonly #env: NodeJS.ProcessEnv;

  private constructor(directory: string) {
    this.#directory = directory;
    this.#env = {
      PATH: process.env.PATH,
      CONTAINERS_CONF: join(directory, 'containers.conf'),
      // Else what --mount=type=cache keeps is in /var/tmp.
      TMPDIR: join(directory, 'tmp'),
    };
  }

  static async open(): Promise<Containers> {
    const directory = await mkdtemp(join(tmpdir(), 'netdns-containers-'));
    await mkdir(join(directory, 'tmp'));
    await writeFile(join(directory, 'containers.conf'), CONFIGURATION);
    return new Containers(directory);
  }

  /** Makes an image of a root directory. @param config options of buildah config */
  async commit(image: string, root: string, config: readonly string[] = []): Promise<void> {
    const container = (await this.#buildah('from', 'scratch')).trim();
    await this.#buildah('add', '--quiet', container, `${root}/`, '/');
    await this.#buildah('config', ...config, container);
    await this.#buildah('commit', '--quiet', '--rm', container, image);
  }

  /**
   * Builds an image by the Dockerfile of a directory, without any network.
   *
   * @param volumes of every RUN: `/usr:/host/usr:ro`
   * @throws with all that was printed where it fails
   */
  async build(image: string, context: string, volumes: readonly string[] = []): Promise<void> {
    const mounts = volumes.map((volume) => `--volume=${volume}`);
    const options = ['--isolation=chroot', '--network=host', '--pull-never', '--layers', ...mounts];
    const build = [...this.#storage(), 'build', ...options, `--tag=${image}`, context];
    await this.#run('unshare', ['--net', 'buildah', ...build]);
  }

  /** The root directory of an image, read-only, as long as this is open. */
  async rootOf(image: string): Promise<string> {
    return (await this.#podman('image', 'mount', image)).trim();
  }

  /** Runs an image as it is, but without the right to write or to do what only root may. */
  start(image: string, { name, beside, env = {}, volumes = [], args = [] }: RunOptions): ChildProcess {
    const options = [
      ...['--rm', `--name=${name}`, `--timeout=${LIFETIME_S}`],
      ...(typeof beside === 'number'
        ? [`--network=ns:/proc/${beside}/ns/net`]
        : [`--network=container:${beside}`, `--pid=container:${beside}`]),
      ...['--read-only', '--cap-drop=ALL', '--security-opt=no-new-privileges', '--no-hosts'],
      '--log-driver=none',
      ...Object.entries(env).map(([key, value]) => `--env=${key}=${value}`),
      ...volumes.map((volume) => `--volume=${volume}`),
    ];
    return spawn('podman', [...this.#podmanStorage(), 'run', ...options, image, ...args], {
      env: this.#env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** The number of a container's first process here. */
  async pidOf(name: string): Promise<number> {
    return Number(await this.#podman('inspect', '--format={{.State.Pid}}', name));
  }

  async stop(name: string): Promise<void> {
    await this.#podman('rm', '--force', '--ignore', '--time=0', name);
  }

  async close(): Promise<void> {
    await this.#podman('rm', '--all', '--force', '--time=0');
    await this.#podman('image', 'unmount', '--all', '--force');
    await this.#buildah('rm', '--all');
    await rm(this.#directory, { recursive: true });
  }

  #storage(): string[] {
    return [`--root=${join(this.#directory, 'storage')}`, `--runroot=${join(this.#directory, 'run')}`];
  }

  #podmanStorage(): string[] {
    return [...this.#storage(), `--tmpdir=${join(this.#directory, 'libpod')}`];
  }

  #buildah(...args: string[]): Promise<string> {
    return this.#run('buildah', [...this.#storage(), ...args]);
  }

  #podman(...args: string[]): Promise<string> {
    return this.#run('podman', [...this.#podmanStorage(), ...args]);
  }

  async #run(command: string, args: readonly string[]): Promise<string> {
    const options = { env: this.#env, maxBuffer: 1 << 24 };
    const { stdout } = await execute(command, args, options).catch(({ stdout, stderr }) => {
      throw new Error(`${command} ${args.join(' ')}\n${stdout}${stderr}`);
    });
    return stdout;
  }
}
