import {
  completeLookup,
  type LookupFunc,
  type Order,
  parseTraceLines,
  type TornLookup,
} from './debug-lines.ts';
import { newRun, summarize, type TraceSummary } from './trace-summary.ts';
import { intersect, range, type VersionRange } from './versions.ts';

/** Reads one application's trace line by line. Knows the present run of the process: a restart begins anew. */
export interface Trace {
  /** @returns true while a torn lookup line waits for its tail: the next line is wanted too. */
  read(text: string): boolean;
  /**
   * Counts a lookup without its host, if every lookup of this run went the same way: then the host tells nothing.
   * @returns whether it was counted; where not, the whole line has to be read
   */
  countAlike(func: LookupFunc, order: Order): boolean;
  /** Wording outside the trace that only some Go versions use. */
  narrow(hint: VersionRange): void;
  /** The order chosen for a name in one of the recent lookups. */
  orderOf(name: string): Order | undefined;
  /** Hosts of the recent lookups, the latest last; capped. */
  hosts(): string[];
  summary(): TraceSummary;
}

const MAX_TORN = 8;
/** Lines of another writer that may stand between the pieces of a torn line. */
const MAX_LINES_BETWEEN = 64;
const MAX_REMEMBERED_HOSTS = 256;
const MAX_HOST = 254;

/** A trace with nothing read yet. */
export function createTrace(): Trace {
  let seen = false;
  let run = newRun();
  let torn: { line: TornLookup; patience: number }[] = [];
  const lookups: Partial<Record<Order, number>> = {};
  const hosts = new Map<string, Order>();

  function countLookup(func: LookupFunc, order: Order): void {
    seen = true;
    lookups[order] = (lookups[order] ?? 0) + 1;
    run.orders.add(order);
    if (func === 'addrLookupOrder') narrow(ADDR_LOOKUP_ORDER);
  }

  function lookup(func: LookupFunc, host: string | undefined, order: Order): void {
    countLookup(func, order);
    if (host === '') narrow(EMPTY_HOST);
    else if (host !== undefined) remember(hosts, host, order);
  }

  function narrow(hint: VersionRange): void {
    // Contradicting words come from another program in the same log, or a new release: the newest count.
    run.hints = intersect(run.hints, hint) ?? hint;
  }

  function complete(text: string): void {
    for (const [index, { line }] of torn.entries()) {
      const found = completeLookup(line, text);
      if (!found) continue;
      torn.splice(index, 1);
      lookup(found.func, found.host, found.order);
      return;
    }
  }

  return {
    read(text) {
      const lines = parseTraceLines(text);
      if (torn.length > 0) {
        if (lines.length === 0) complete(text);
        torn = torn.filter((entry) => entry.patience-- > 0);
      }
      for (const line of lines) {
        seen = true;
        if (line.kind === 'lookup') lookup(line.func, line.host, line.order);
        else if (line.kind === 'torn-lookup')
          torn = [...torn.slice(1 - MAX_TORN), { line, patience: MAX_LINES_BETWEEN }];
        else if (line.kind === 'config') {
          run = newRun();
          run.config = line;
          narrow(CONFIG_LINE);
        } else if (line.kind === 'once') {
          if (run.once.some((other) => other.mode) || run.orders.size > 0) run = newRun();
          run.once.push(line.line);
          narrow(range(line.line.since, line.line.until));
        }
      }
      return torn.length > 0;
    },
    countAlike(func, order) {
      if (run.orders.size !== 1 || !run.orders.has(order)) return false;
      countLookup(func, order);
      return true;
    },
    narrow,
    orderOf: (name) => hosts.get(name),
    hosts: () => [...hosts.keys()],
    summary: () => summarize(seen, run, lookups),
  };
}

/** Wordings that only some releases print, beside the once-only lines. Source: net/conf.go of each release. */
const CONFIG_LINE = range(19);
const EMPTY_HOST = range(5, 20);
const ADDR_LOOKUP_ORDER = range(21);

function remember(hosts: Map<string, Order>, host: string, order: Order): void {
  // No name is longer; what is would keep its whole line in memory.
  if (host.length > MAX_HOST) return;
  hosts.delete(host);
  hosts.set(host, order);
  if (hosts.size <= MAX_REMEMBERED_HOSTS) return;
  const oldest = hosts.keys().next();
  if (!oldest.done) hosts.delete(oldest.value);
}
