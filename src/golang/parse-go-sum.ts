import { GoFileError } from './go-file-error.ts';

/** A go.sum of a large project has some thousand lines; the go command sets no bound. */
const GO_SUM_LIMIT = 64 * 1024 * 1024;

/** A module whose source the go command had in hand: what it compiles is among these, old versions may be too. */
export interface GoSumModule {
  path: string;
  version: string;
  /** From 1. */
  line: number;
}

/**
 * The modules of a go.sum whose source was there. Lines of a `/go.mod` alone only chose versions: nothing of such a
 * module is compiled (https://go.dev/ref/mod#go-sum-files).
 *
 * @throws GoFileError at a line of not three words (modfetch/fetch.go, readGoSum)
 */
export function parseGoSum(text: string): GoSumModule[] {
  if (text.length > GO_SUM_LIMIT) throw new GoFileError('go.sum', 1, 'larger than 64 MiB');
  return text.split('\n').flatMap((raw, index): GoSumModule[] => {
    const [path, version, hash, ...more] = raw.split(/[ \t\r]+/).filter((word) => word !== '');
    if (path === undefined) return [];
    const line = index + 1;
    if (version === undefined || hash === undefined || more.length > 0) {
      throw new GoFileError('go.sum', line, 'not of the form: module/path v1.2.3 h1:hash');
    }
    return version.endsWith('/go.mod') ? [] : [{ path, version, line }];
  });
}
