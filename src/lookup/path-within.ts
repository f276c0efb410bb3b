import { readlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** As many as the kernel follows. */
const MAX_LINKS = 40;

/**
 * Links of another root, of directories too, are followed within it: the kernel would take absolute ones, and `..`,
 * from ours (path_resolution(7)), and show its files for the other's.
 *
 * @param path absolute
 * @returns as we open it; undefined: more links than the kernel follows
 */
export function pathWithin(root: string, path: string): string | undefined {
  if (root === '/') return path;
  const inside = followWithin(root, path);
  return inside === undefined ? undefined : join(root, inside);
}

/** As `pathWithin`, and names the place as in that root. */
export function followWithin(root: string, path: string): string | undefined {
  const ahead = path.split('/');
  let inside = '/';
  for (let hops = 0; ahead.length > 0; ) {
    const next = resolve(inside, ahead.shift() ?? '');
    const target = linkTarget(join(root, next));
    if (target === undefined) {
      inside = next;
      continue;
    }
    if (++hops > MAX_LINKS) return undefined;
    ahead.unshift(...target.split('/'));
    if (target.startsWith('/')) inside = '/';
  }
  return inside;
}

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
