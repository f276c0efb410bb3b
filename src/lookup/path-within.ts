import { readlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** As many as the kernel follows. */
const MAX_LINKS = 40;
/** A path has a few parts, with all that its links add; one whose links are thousands long is made to keep us busy. */
const MAX_PARTS = 512;

/**
 * Links of another root, of directories too, are followed within it: the kernel would take absolute ones, and `..`,
 * from ours (path_resolution(7)), and show its files for the other's.
 *
 * @param path absolute
 * @returns as we open it; undefined: more links than the kernel follows, or longer ones than any path has
 */
export function pathWithin(root: string, path: string): string | undefined {
  if (root === '/') return path;
  const inside = followWithin(root, path);
  return inside === undefined ? undefined : join(root, inside);
}

/** As `pathWithin`, and names the place as in that root. */
export function followWithin(root: string, path: string): string | undefined {
  const ahead = partsOf(path);
  let inside = '/';
  let hops = 0;
  for (let parts = 0; ahead.length > 0; parts++) {
    if (parts >= MAX_PARTS || ahead.length > MAX_PARTS) return undefined;
    const next = resolve(inside, ahead.shift() ?? '');
    const target = linkTarget(join(root, next));
    if (target === undefined) {
      inside = next;
      continue;
    }
    if (++hops > MAX_LINKS) return undefined;
    ahead.unshift(...partsOf(target));
    if (target.startsWith('/')) inside = '/';
  }
  return inside;
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
