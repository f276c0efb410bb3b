/** What can be wrong with a log file, in words for whoever is on call: the path, what is wrong, what to do. */
import { type BigIntStats, readlinkSync, statSync } from 'node:fs';
import type { SourceState } from '../source.ts';

export type Trouble = Exclude<SourceState, { state: 'ok' }>;

export const OK: SourceState = { state: 'ok' };

const CURES: Record<string, string> = {
  EMFILE: 'this process has too many files open: raise its limit (ulimit -n), or narrow the pattern',
  ENFILE: 'this machine has too many files open: raise fs.file-max',
  ELOOP: 'its symbolic links lead in a circle: mend the link',
  EISDIR: 'it is a directory: name the files in it',
  ENXIO: 'it is a socket: name a file or a FIFO',
  EIO: 'the disk or volume fails to read: look at the kernel log and the volume',
  ESTALE: 'the network file system has dropped it: look at the mount',
};

/**
 * A path as it can be shown: control characters, bidi marks and the like as
 * escapes, as a name can hold any of them.
 */
export function shown(path: string): string {
  return path.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (char) => {
    return `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`;
  });
}

/** Turns what a file system call threw into a state; what is no file system error is thrown on. */
export function troubleOf(path: string, error: unknown): Trouble {
  if (!isSystemError(error)) throw error;
  const name = shown(path);
  switch (error.code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return missing(path);
    case 'EACCES':
    case 'EPERM':
      return {
        state: 'denied',
        why: `cannot read ${name} as ${identity()}${owner(path)} (${error.code}): run as its owner or group, or make it and its directory readable`,
      };
    default:
      return {
        state: 'failed',
        why: `cannot read ${name} (${error.code}): ${CURES[error.code] ?? shown(error.message)}`,
      };
  }
}

/** Gives what `use` gives, or the trouble that the file system had with it. */
export function attempt<T>(path: string, use: () => T): T | Trouble {
  try {
    return use();
  } catch (error) {
    return troubleOf(path, error);
  }
}

/** The state of a path at which there is nothing. */
export function missing(path: string): Trouble {
  const why = `${shown(path)} ${absence(path)}`;
  return { state: 'missing', why };
}

/** The state of a path at which there is something other than a regular file. */
export function notAFile(
  path: string,
  stat: Pick<BigIntStats, 'isDirectory' | 'isFIFO' | 'isSocket'>,
): Trouble {
  const name = shown(path);
  if (stat.isDirectory()) {
    return {
      state: 'not-a-file',
      why: `${name} is a directory: name a file in it, or a pattern such as ${name}/*.log`,
    };
  }
  if (stat.isFIFO()) {
    return {
      state: 'not-a-file',
      why: `${name} is a FIFO: write it as {fifo: ${name}} in the configuration`,
    };
  }
  const what = stat.isSocket() ? 'a socket' : 'a device';
  return { state: 'not-a-file', why: `${name} is ${what}: name a regular file, or a FIFO as {fifo: PATH}` };
}

/** The state of a path at which there is something other than a FIFO. */
export function notAFifo(path: string, stat: Pick<BigIntStats, 'isFile'>): Trouble {
  const name = shown(path);
  const why = stat.isFile()
    ? `${name} is a regular file and no FIFO: write it as {file: ${name}} in the configuration`
    : `${name} is no FIFO: make one with mkfifo, and let the app write to it`;
  return { state: 'not-a-file', why };
}

/** Passes a state on when it differs from the one before. */
export function onChange(tell: (state: SourceState) => void): (state: SourceState) => void {
  let told = '';
  return (state) => {
    const text = JSON.stringify(state);
    if (text !== told) tell(state);
    told = text;
  };
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException & { code: string } {
  return error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string';
}

function identity(): string {
  return `uid ${process.geteuid?.() ?? '?'} gid ${process.getegid?.() ?? '?'}`;
}

function absence(path: string): string {
  try {
    // /var/log/containers/x.log leads to /var/log/pods, which leads on to the runtime's directory.
    return `leads to ${shown(readlinkSync(path))}, which does not exist: mount the volume that holds that too`;
  } catch {
    return 'does not exist: check the path, and that its volume is mounted in this container';
  }
}

function owner(path: string): string {
  try {
    const { mode, uid, gid } = statSync(path);
    return `, it is ${uid}:${gid} mode 0${(mode & 0o7777).toString(8)}`;
  } catch {
    return ''; // Its directory cannot be searched: then the owner cannot be known.
  }
}
