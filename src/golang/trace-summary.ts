import type { ConfigLine, Order } from './debug-lines.ts';
import { type Forced, forcedIn } from './forced.ts';
import type { Mode, OnceOnlyLine } from './once-only-lines.ts';
import { intersect, range, type VersionRange } from './versions.ts';

/** What the netdns trace of one application tells. */
export interface TraceSummary {
  seen: boolean;
  /** 1: once-only lines; 2 (and above: the same): a line per lookup. */
  level?: 1 | 2;
  goVersion: VersionRange;
  cgoCapable?: boolean;
  mode: Mode | 'unknown';
  /** Why the mode is what it is, in words. */
  reason: string;
  /** hostLookupOrder and addrLookupOrder lines by order, over all runs of the process. */
  lookups: Partial<Record<Order, number>>;
  /** Orders of the present run. */
  orders: Order[];
  /** What GODEBUG or a build tag asked for and the process does not do. */
  contradiction?: string;
  /** What leaves Go no choice, or makes it choose libc for every lookup. */
  forced?: Forced;
}

/** What one run of the process has said so far. */
export interface Run {
  once: OnceOnlyLine[];
  config?: ConfigLine;
  orders: Set<Order>;
  hints: VersionRange;
}

/** A run that has said nothing yet. */
export function newRun(): Run {
  return { once: [], orders: new Set(), hints: {} };
}

/** From 1.19 on level 2 begins with the config line: lookups and a mode without it are older. */
const NO_CONFIG_LINE = range(5, 18);

/** What the present run says, with the lookups of all runs. */
export function summarize(seen: boolean, run: Run, lookups: TraceSummary['lookups']): TraceSummary {
  const line = run.once.find((candidate) => candidate.mode);
  const level = run.config || run.orders.size > 0 ? 2 : line ? 1 : undefined;
  const older = line && level === 2 && !run.config ? intersect(run.hints, NO_CONFIG_LINE) : undefined;
  const goVersion = older ?? run.hints;
  const cgoCapable = run.orders.has('cgo') ? true : capability(line, goVersion);
  const contradiction = contradictionOf(run, line);
  const forced = forcedIn({ line, config: run.config, orders: run.orders, goVersion });
  return {
    seen,
    ...(level && { level }),
    goVersion,
    ...(cgoCapable !== undefined && { cgoCapable }),
    mode: line?.mode ?? 'unknown',
    reason: reasonOf(seen, run, line),
    lookups: { ...lookups },
    orders: [...run.orders],
    ...(contradiction && { contradiction }),
    ...(forced && { forced }),
  };
}

function capability(line: OnceOnlyLine | undefined, goVersion: VersionRange): boolean | undefined {
  if (line?.cgoCapable !== undefined) return line.cgoCapable;
  // Up to 1.20 a binary without cgo says `built with netgo build tag` whatever GODEBUG is.
  if (line?.mode === 'go' && goVersion.max !== undefined && goVersion.max <= 20) return true;
  return undefined;
}

function reasonOf(seen: boolean, run: Run, line: OnceOnlyLine | undefined): string {
  if (!seen) return 'no netdns trace in the log: set GODEBUG=netdns=2';
  if (!line)
    return 'the lines that tell the mode are not in this log: they are printed once, at the first lookup';
  const orders = [...run.orders];
  if (line.mode === 'dynamic' && orders.length > 0 && orders.every((order) => order === 'cgo')) {
    return `${line.reason}; every lookup went to cgo: LOCALDOMAIN, RES_OPTIONS or HOSTALIASES is set, or resolv.conf or nsswitch.conf holds what Go's resolver does not know`;
  }
  return line.reason;
}

/** What was asked for and is not done, told by the once-only lines alone. */
function contradictionOf(run: Run, line: OnceOnlyLine | undefined): string | undefined {
  const ignored = run.once.find(
    (candidate) =>
      candidate.text.startsWith('ignoring GODEBUG') || candidate.text.includes('invalid dns mode'),
  );
  if (ignored) return ignored.text;
  if (line?.cgoCapable === false && run.config?.netCgo) {
    return 'GODEBUG=netdns=cgo (or the netcgo tag) asks for cgo, but the binary has only the Go resolver';
  }
  return undefined;
}
