/** From the pattern in the configuration to the paths it names now. */
import { existsSync, globSync, readdirSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import type { SourceState } from '../source.ts';
import { isCompressed } from './names.ts';
import { shown, troubleOf } from './trouble.ts';

const MAGIC = /[*?[{]|[!+@]\(/;

/** The paths a pattern names now. A plain path names itself, whether it exists or not. */
export interface Matches {
  plain: boolean;
  paths: string[];
}

/** A name that exists as it is written is taken as written, even with a `[` in it. */
export function matchesOf(pattern: string): Matches {
  if (!MAGIC.test(pattern) || existsSync(pattern)) {
    return { plain: true, paths: [resolve(pattern)] };
  }
  return {
    plain: false,
    paths: glob(pattern)
      .filter((path) => !isCompressed(path))
      .sort(),
  };
}

/** Why a glob matches nothing: the directory it starts in is missing, denied, or holds no such file. */
export function whyNoMatch(pattern: string): SourceState {
  const root = staticRoot(pattern);
  try {
    readdirSync(root);
  } catch (error) {
    return troubleOf(root, error);
  }
  const why = `no file matches ${shown(pattern)} yet: check the pattern, and that the app logs to files there`;
  return { state: 'missing', why };
}

function glob(pattern: string): string[] {
  // `dir/*` and `dir/**` name whatever there is, so that a directory among it is no mistake worth telling.
  if (!/^[*?]+$/.test(basename(pattern))) return globSync(pattern).map((path) => resolve(path));
  const entries = globSync(pattern, { withFileTypes: true }).filter((entry) => !entry.isDirectory());
  return entries.map((entry) => resolve(entry.parentPath, entry.name));
}

function staticRoot(pattern: string): string {
  let root = resolve(pattern);
  while (MAGIC.test(root)) root = dirname(root);
  return root;
}
