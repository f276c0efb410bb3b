/** Why a file cannot be read: what the path is, and not what is in it. */
export type FileFault = 'missing' | 'directory' | 'special' | 'denied' | 'loop' | 'failed';

/** A file that cannot be opened, with what to do about it. */
export class FileError extends Error {
  readonly code: FileFault;
  readonly path: string;

  /** @param of what it was to be */
  constructor(code: FileFault, path: string, of: 'program' | 'root' = 'program', cause?: unknown) {
    super(`${JSON.stringify(path)}: ${CURES[of][code]}`, { cause });
    this.name = 'FileError';
    this.code = code;
    this.path = path;
  }
}

const READ = 'run this as the user who owns it; of another process, with the same uid and gid as its own';
const LOOP = 'is a link that leads back to itself: mend the link';

const CURES: Readonly<Record<'program' | 'root', Readonly<Record<FileFault, string>>>> = {
  program: {
    missing: 'there is no such file: give the path of the program, as it is where this runs',
    directory: 'is a directory: give the path of the program in it',
    special: 'is no regular file, and devices, pipes and sockets are not read: give the path of the program',
    denied: `may not be read: let others read it (chmod a+r), or ${READ}`,
    loop: LOOP,
    failed: 'cannot be read',
  },
  root: {
    missing: 'there is no such directory: give the root directory of the image, as it is where this runs',
    directory: 'cannot be read',
    special: 'is no directory: give the root directory of the image',
    denied: `may not be entered: let others enter it (chmod a+rx), or ${READ}`,
    loop: LOOP,
    failed: 'cannot be read',
  },
};

const FAULTS: Readonly<Record<string, FileFault>> = {
  ENOENT: 'missing',
  ENOTDIR: 'missing',
  // A process that ended meanwhile.
  ESRCH: 'missing',
  // Longer than any path that open(2) takes.
  ENAMETOOLONG: 'missing',
  EACCES: 'denied',
  EPERM: 'denied',
  ELOOP: 'loop',
  EISDIR: 'directory',
  // open(2): a socket, or a device without its driver.
  ENXIO: 'special',
  ENODEV: 'special',
};

/** What an error of open(2) says of a path. */
export function fileErrorOf(cause: unknown, path: string, of: 'program' | 'root' = 'program'): FileError {
  const { code = '' } = cause as NodeJS.ErrnoException;
  return new FileError(FAULTS[code] ?? 'failed', path, of, cause);
}
