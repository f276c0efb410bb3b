/** An application and whoever looks at it, each as any user and with any capabilities. */

import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import type { Look } from '../../src/journal/looks.ts';
import type { ProcessesRecord } from '../../src/journal/process-record.ts';
import { compileIdle } from './builds.ts';
import { type Program, startProgram } from './program.ts';

const run = promisify(execFile);

/** Of a process, as `securityContext` of Kubernetes says it. */
export interface User {
  uid: number;
  gid: number;
  /** Capabilities that it may have; root has them all, others none of them. */
  capabilities?: string;
  /** Of a user that is not root: that it has them nevertheless. Kubernetes has no such thing, podman does. */
  ambient?: boolean;
  /** `allowPrivilegeEscalation: true`: the capabilities of a file count. */
  escalates?: boolean;
}

/** Of the application's environment: one variable that the watcher is to read, and one that it is not. */
export const GODEBUG = 'netdns=go';
export const SECRET = 'ouhGh3ai';

/** What container runtimes give unless they are told otherwise: no SYS_PTRACE. */
export const RUNTIME_DEFAULT =
  'chown,dac_override,fsetid,fowner,mknod,net_raw,setgid,setuid,setfcap,setpcap,net_bind_service,sys_chroot,kill,audit_write';

/** A command, after variables of its environment, as that user: no groups, no more capabilities than these. */
function as({ uid, gid, capabilities, ambient, escalates }: User, command: readonly string[]): string[] {
  const some = capabilities?.replace(/^|,/g, ',+') ?? '';
  return [
    ...['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'],
    ...(escalates ? [] : ['--no-new-privs']),
    ...[`--bounding-set=-all${some}`, `--inh-caps=-all${ambient ? some : ''}`],
    ...(ambient ? [`--ambient-caps=-all${some}`] : []),
    // setpriv keeps its capabilities until it executes something: a program that the user may not read is found out
    // only by who has none, as container runtimes have.
    'env',
    ...command,
  ];
}

/** What a viewer prints. */
export interface View {
  looks: Look[];
  processes: ProcessesRecord;
}

/** Parts of a process that the watcher looks at, and how a shell would. */
const PARTS = {
  process: 'cat status',
  exe: 'readlink exe && head -c 4 exe',
  maps: 'cat maps',
  files: 'ls root/',
  environ: 'cat environ',
  // Kernels since 6.2 tell the number of entries to whoever asks.
  fds: 'test "$(stat -c %s fd)" -gt 0 || ls fd',
  limits: 'cat limits',
} as const;
export type Part = keyof typeof PARTS;
export const ALL_PARTS = Object.keys(PARTS) as Part[];

/** `unreadable`: users but root may run it, and not read it. */
export type Binary = 'app' | 'unreadable';

/** Programs that every user may run, in a directory that every user may enter. */
export class Stage {
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  static async open(): Promise<Stage> {
    const directory = await mkdtemp(join(tmpdir(), 'netdns-visibility-'));
    await chmod(directory, 0o755);
    const idle = await compileIdle('plain');
    for (const name of ['app', 'unreadable', 'pause'] as const) {
      await copyFile(idle, join(directory, name));
      await chmod(join(directory, name), name === 'unreadable' ? 0o711 : 0o755);
    }
    await build({
      entryPoints: [fileURLToPath(new URL('view-process.ts', import.meta.url))],
      outfile: join(directory, 'view-process.mjs'),
      bundle: true,
      platform: 'node',
      format: 'esm',
      // What of pino is CommonJS asks for node's modules.
      banner: {
        js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      },
      logLevel: 'warning',
    });
    // Where a developer's own Node.js is below a home directory, no other user may run it.
    const node = join(directory, 'node');
    await copyFile(process.execPath, node);
    await chmod(node, 0o755);
    return new Stage(directory);
  }

  close(): Promise<void> {
    return rm(this.#directory, { recursive: true });
  }

  /** Starts the application, and waits until it runs. @param around what starts it */
  async start(user: User, binary: Binary = 'app', around: readonly string[] = []): Promise<Program> {
    const environment = [`GODEBUG=${GODEBUG}`, `TOKEN=${SECRET}`];
    const program = startProgram([...around, ...as(user, [...environment, join(this.#directory, binary)])]);
    await program.said;
    return program;
  }

  /** A pod with a process namespace of its own, which `pause` holds. @returns what starts a program in it */
  async pod(): Promise<{ pause: Program; inside: readonly string[] }> {
    const command = [
      'unshare',
      '--pid',
      '--fork',
      '--kill-child',
      '--mount-proc',
      join(this.#directory, 'pause'),
    ];
    const pause = startProgram(command);
    await pause.said;
    const [child = ''] = (await readFile(`/proc/${pause.pid}/task/${pause.pid}/children`, 'latin1')).split(
      ' ',
    );
    return { pause, inside: ['nsenter', `--target=${child}`, '--pid', '--mount', '--'] };
  }

  /** Gives a program capabilities as setcap(8) writes them. @returns what starts it so that they count */
  async setCapabilities(program: Binary | 'node', capabilities: string): Promise<readonly string[]> {
    await run('setcap', [capabilities, join(this.#directory, program)]);
    // Directories of temporary files are often mounted such that they do not.
    const script = 'mount --bind "$0" "$0"; mount -o remount,bind,suid "$0"; exec "$@"';
    return ['unshare', '--mount', 'sh', '-ec', script, this.#directory];
  }

  /** What a shell of that user can read of a process. */
  async parts(user: User, pid: number): Promise<Part[]> {
    const looks = Object.entries(PARTS).map(([part, look]) => `(${look}) >/dev/null 2>&1 && echo ${part}`);
    const script = `cd /proc/${pid} && { ${looks.join('; ')}; true; }`;
    const [command = '', ...args] = as(user, ['sh', '-c', script]);
    const { stdout } = await run(command, args);
    return stdout.split('\n').filter((line) => line !== '') as Part[];
  }

  /** What the watcher sees as that user. @param around what starts it */
  async view(user: User, pid: number | 'auto', around: readonly string[] = []): Promise<View> {
    const [node, script] = [join(this.#directory, 'node'), join(this.#directory, 'view-process.mjs')];
    const [command = '', ...args] = [...around, ...as(user, [node, script, '/proc', String(pid)])];
    const { stdout } = await run(command, args, { env: { PATH: process.env.PATH } });
    return JSON.parse(stdout) as View;
  }
}

/** What this process lacks to become any user with any of the capabilities; empty where it lacks nothing. */
export async function lackingRights(): Promise<string[]> {
  const status = await readFile('/proc/self/status', 'latin1').catch(() => '');
  const effective = BigInt(`0x${/^CapEff:\s*(\w+)$/m.exec(status)?.[1] ?? '0'}`);
  // include/uapi/linux/capability.h: DAC_READ_SEARCH, SETGID, SETUID, SETPCAP, SYS_PTRACE, SYS_ADMIN.
  const needed = [2n, 6n, 7n, 8n, 19n, 21n];
  return needed.every((bit) => (effective >> bit) & 1n) ? [] : ['root, with the capability SYS_PTRACE'];
}
