/** How close a model came to the real resolver. */
import type { SeenQuery } from '../../src/dns/scripted-query.ts';
import type { LookupRecord } from '../../src/resolver/lookup-record.ts';
import type { ScenarioRun } from './run-scenario.ts';
import type { Result, Seen, Truth } from './truth.ts';

export const CRITERIA = ['outcome', 'order', 'time', 'wire'] as const;

/** What agrees; all of it is an exact agreement. */
export type Score = Readonly<Record<(typeof CRITERIA)[number], boolean>>;

/** Tools are scored by what they find and send: they print, and have no outcome. */
export const TOOLS: readonly string[] = ['nslookup', 'dig', 'busybox-nslookup'];

/** Of a lookup that never ends, or that kills its process, only that is compared: when it was stopped is arbitrary. */
export function compare(model: string, truth: Truth, run: ScenarioRun): Score {
  const wire = wireDifference(truth, run).length === 0;
  const results = run.records.map(resultOf);
  if (TOOLS.includes(model)) {
    const found = results[0] !== undefined && results[0].ipv4 + results[0].ipv6 > 0;
    const outcome = results.length > 0 && found === (truth.results[0]?.outcome === 'found');
    return { outcome, order: outcome, time: true, wire };
  }
  const outcomes = (of: readonly Result[]) => of.map(({ outcome }) => outcome);
  if (truth.results.some(({ outcome }) => outcome === 'hang' || outcome === 'crash')) {
    const outcome = same(outcomes(truth.results), outcomes(results));
    return { outcome, order: outcome, time: outcome, wire: outcome };
  }
  const said = (of: readonly Result[]) => of.map((r) => [r.outcome, r.error, r.ipv4, r.ipv6]);
  const ordered = (of: readonly Result[]) => of.map(({ addresses }) => addresses);
  const outcome = same(said(truth.results), said(results));
  return {
    outcome,
    order: outcome && same(ordered(truth.results), ordered(results)),
    time:
      truth.results.length === results.length &&
      truth.results.every(({ seconds }, at) => closeTo(seconds, results[at]?.seconds ?? Number.NaN)),
    wire,
  };
}

/** Scheduling and the tick of a timer: 0.7 s or a tenth. */
function closeTo(real: number, model: number): boolean {
  return Math.abs(real - model) <= Math.max(0.7, 0.1 * real);
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/** A lookup of a model as the truth has it. */
export function resultOf({
  outcome,
  error,
  addresses,
  durationMs,
}: Pick<LookupRecord, 'error' | 'addresses' | 'durationMs'> & { outcome: string }): Result {
  const ipv6 = addresses.filter((address) => address.includes(':')).length;
  return {
    outcome,
    error: ['ok', 'hang', 'crash'].includes(outcome) ? '' : withoutPort(error),
    ipv4: addresses.filter((address) => address.includes('.') && !address.includes(':')).length,
    ipv6,
    addresses: addresses.slice(0, 8),
    seconds: durationMs / 1000,
  };
}

/** Go's errors name the source port, which is another each time. */
function withoutPort(text: string): string {
  return text.replace(/(\d+\.\d+\.\d+\.\d+|\[[0-9a-f:]+\]):\d{4,5}->/g, '$1:PORT->');
}

/**
 * Sockets with what was sent from each, that only one side has; `- ` only the real resolver, `+ ` only the model.
 * Which queries share a source port counts, the order of sockets does not.
 */
export function wireDifference(truth: Truth, run: ScenarioRun): string[] {
  const real = socketsOf(truth.queries);
  const model = socketsOf(run.seen.map(seenOf));
  return [
    ...without(real, model).map((text) => `- ${text}`),
    ...without(model, real).map((text) => `+ ${text}`),
  ];
}

function socketsOf(queries: readonly Seen[]): string[] {
  const sockets = new Map<string, string[]>();
  for (const query of queries) {
    const key = `${query.proto} ${query.port}`;
    sockets.set(key, [...(sockets.get(key) ?? []), textOf(query)]);
  }
  return [...sockets].map(([key, sent]) => `${key.split(' ')[0]}: ${sent.sort().join(' | ')}`);
}

function textOf({ server, name, type, edns }: Seen): string {
  if (server === undefined) return 'no query';
  if (name === undefined) return `${server} connection`;
  const size = edns === null || edns === undefined ? '' : ` edns ${edns}`;
  return `${server} ${type} ${JSON.stringify(name.toLowerCase())}${size}`;
}

/** The first multiset less the second. */
function without(these: readonly string[], those: readonly string[]): string[] {
  const left = [...those];
  return these.filter((text) => {
    const at = left.indexOf(text);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

/** A query of the virtual network as the truth has it. */
export function seenOf(seen: SeenQuery): Seen {
  const { at: atMs, port, server } = seen;
  if ('malformed' in seen) return { atMs, proto: 'bad', port };
  if ('accept' in seen) return { atMs, proto: seen.proto, port, server };
  const { proto, name, type, edns } = seen;
  return { atMs, proto, port, server, name, type, edns };
}
