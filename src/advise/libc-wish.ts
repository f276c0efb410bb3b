import { NEWEST_KNOWN } from '../golang/lookup-order.ts';
import { netdnsSetting } from '../golang/netdns-setting.ts';
import type { Question } from './advice.ts';

/**
 * Where it is asked that libc looks names up, in words; undefined: nowhere. It is for somebody's NSS module, which Go's
 * own resolver does not know, and is honoured.
 *
 * @param tags of the build
 */
export function libcWish(
  { binary, goMod, dockerfile }: Question,
  tags: readonly string[],
): string | undefined {
  if (tags.includes('netcgo')) return '-tags netcgo';
  const line = goMod?.godebug.get('netdns');
  if (line && isCgo(`netdns=${line.value}`)) return `godebug netdns=${line.value} (go.mod line ${line.line})`;
  const set = dockerfile?.stages.at(-1)?.env.get('GODEBUG');
  if (set && isCgo(set.value)) return `GODEBUG=${set.value} (line ${set.line} of the Dockerfile)`;
  const compiledIn = binary?.build?.settings.get('DefaultGODEBUG') ?? '';
  return isCgo(compiledIn) ? 'the DefaultGODEBUG of the binary' : undefined;
}

function isCgo(godebug: string): boolean {
  return netdnsSetting(godebug, NEWEST_KNOWN).mode === 'cgo';
}
