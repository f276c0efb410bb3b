/** GODEBUG, and `netdns` in it: the resolver it asks for, and how much Go prints. */
import type { Minor } from './versions.ts';

/** Two values at most, joined by a plus: `go`, `cgo+2`, `1`. */
export interface NetdnsSetting {
  /** Absent: no mode is given, or one that Go does not know and ignores. */
  mode?: 'go' | 'cgo';
  /** 0 silent, 1 a line a process, 2 and above a line a lookup too. */
  level: number;
}

/** Of several settings of one key the last counts from this release on (internal/godebug, parse); before, the first. */
const LAST_ONE_COUNTS_SINCE: Minor = 20;

/** The value of a key in GODEBUG; undefined where it is not there. */
export function godebugSetting(godebug: string, key: string, go: Minor): string | undefined {
  const settings = godebug.split(',').filter((setting) => setting.startsWith(`${key}=`));
  return settings.at(go >= LAST_ONE_COUNTS_SINCE ? -1 : 0)?.slice(key.length + 1);
}

/**
 * What GODEBUG says of netdns.
 *
 * @example netdnsSetting('http2debug=1,netdns=cgo+2', 24) // { mode: 'cgo', level: 2 }
 */
export function netdnsSetting(godebug: string, go: Minor): NetdnsSetting {
  const value = godebugSetting(godebug, 'netdns', go) ?? '';
  // net/conf.go, goDebugNetDNS: only the first plus separates, so `go+cgo+2` asks for the mode `cgo+2`.
  const plus = value.indexOf('+');
  const parts = plus < 0 ? [value] : [value.slice(0, plus), value.slice(plus + 1)];
  const level = parts.filter((part) => /^\d/.test(part)).at(-1);
  const mode = parts.filter((part) => /^\D/.test(part)).at(-1);
  return {
    ...((mode === 'go' || mode === 'cgo') && { mode }),
    level: level === undefined ? 0 : Number.parseInt(level, 10),
  };
}
