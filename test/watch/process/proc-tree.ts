/** A copy of /proc in files, as `--proc` takes it, and a clock whose time passes from look to look. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Clock } from '../../../src/watch/clock.ts';
import { elfFile, NOTE, note, R } from '../../elf/elf-writer.ts';

const ENCODING = { bits: 64, littleEndian: true } as const;

/** A process that is written down. */
export interface Written {
  pid: number;
  ppid?: number;
  comm?: string;
  state?: string;
  startTicks?: number;
  uid?: number;
  /** Path of its binary; null: the kernel denies it. */
  exe?: string | null;
  isGo?: boolean;
  cmdline?: string;
  environ?: string;
  maps?: string;
  /** Files of its root. */
  root?: Record<string, string>;
  fds?: number;
}

/** A directory that stands for /proc. */
export class ProcTree {
  readonly path = mkdtempSync(join(tmpdir(), 'netdns-proc-'));

  constructor() {
    this.put('proc/stat', 'cpu  1 2 3\nbtime 1700000000\n');
  }

  /** What `--proc` is. */
  get proc(): string {
    return join(this.path, 'proc');
  }

  put(file: string, text: string | Uint8Array): void {
    mkdirSync(dirname(join(this.path, file)), { recursive: true });
    writeFileSync(join(this.path, file), text);
  }

  /** As fs/proc/array.c writes them. */
  write(process: Written): void {
    const { pid, ppid = 0, comm = 'app', state = 'S', startTicks = 100, uid = 65532 } = process;
    const [directory, ids] = [`proc/${pid}`, `${uid}\t${uid}\t${uid}\t${uid}`];
    rmSync(join(this.path, directory), { recursive: true, force: true });
    const between = Array.from({ length: 17 }, () => '0').join(' ');
    this.put(`${directory}/stat`, `${pid} (${comm}) ${state} ${ppid} ${between} ${startTicks} 0 0\n`);
    const name = comm.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
    const capabilities = 'CapPrm:\t0000000000000000\nCapEff:\t0000000000000000\n';
    this.put(
      `${directory}/status`,
      `Name:\t${name}\nPPid:\t${ppid}\nUid:\t${ids}\nGid:\t${ids}\nGroups:\t \nThreads:\t3\n${capabilities}`,
    );
    this.put(
      `${directory}/limits`,
      'Max open files            1024                 unlimited            files     \n',
    );
    this.put(`${directory}/cmdline`, process.cmdline ?? `${process.exe ?? `/${comm}`}\0--password=hunter2\0`);
    this.put(`${directory}/environ`, process.environ ?? 'PATH=/\0GODEBUG=netdns=go\0TOKEN=hunter2\0');
    this.put(`${directory}/maps`, process.maps ?? '400000-401000 r-xp 00000000 fe:00 7 /usr/bin/app\n');
    for (let fd = 0; fd < (process.fds ?? 3); fd++) this.put(`${directory}/fd/${fd}`, '');
    for (const [file, text] of Object.entries(process.root ?? {}))
      this.put(`${directory}/root/${file}`, text);
    if (process.exe !== null) this.#binary(pid, process.exe ?? `/usr/bin/${comm}`, process.isGo ?? true);
  }

  /** The link leads to a file of the copy, whose path is the binary's as seen from here. */
  #binary(pid: number, exe: string, isGo: boolean): void {
    const content = note(ENCODING, isGo ? 'Go\0\0' : 'GNU\0', 4);
    this.put(`binaries${exe}`, elfFile({ ...ENCODING, segments: [{ type: NOTE, flags: R, content }] }));
    symlinkSync(this.exe(exe), join(this.proc, `${pid}/exe`));
  }

  exe(path: string): string {
    return join(this.path, 'binaries', path);
  }

  end(pid: number): void {
    rmSync(join(this.proc, `${pid}`), { recursive: true, force: true });
  }

  link(target: string, file: string): void {
    symlinkSync(target, join(this.path, file));
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** ms since the epoch, when it all begins. */
export const START = 1_700_000_100_000;
/** Between two looks. */
const INTERVAL_MS = 5_000;

/** Time stands still but for the pause between two looks: a look has all the time that it takes. */
export class LookClock implements Clock {
  #now = 0;
  #next: (() => void) | undefined;
  #armed = Promise.withResolvers<void>();

  clock = (): number => START + this.#now;
  monotonic = (): number => this.#now;

  after = (ms: number, run: () => void): (() => void) => {
    if (ms !== INTERVAL_MS) return () => {};
    this.#next = run;
    this.#armed.resolve();
    return () => {
      this.#next = undefined;
    };
  };

  /** The pauses before so many looks pass, and the looks end. */
  async looks(count = 1): Promise<void> {
    for (let look = 0; look < count; look++) {
      await this.#armed.promise;
      this.#armed = Promise.withResolvers<void>();
      this.#now += INTERVAL_MS;
      this.#next?.();
      await this.#armed.promise;
    }
  }
}
