import { styleText } from 'node:util';
import { differenceOf, type ModelLookup, seconds, summaryOf } from '../lookup/difference.ts';
import type { QueryRecord } from '../resolver/lookup-record.ts';
import { hanging, printable } from './terminal.ts';
import { timeline } from './timeline.ts';

/** A lookup shows at most so many queries and decisions; --json has all. */
const MAX_QUERIES = 40;
const MAX_DECISIONS = 24;

/** One name as several models look it up, for a person: a timeline each on one scale, why, and where they differ. */
export function resolveText(name: string, lookups: readonly ModelLookup[], width: number): string {
  const longest = Math.max(...lookups.map(({ durationMs }) => durationMs));
  const blocks = lookups.flatMap((lookup) => ['', ...blockOf(lookup, longest, width)]);
  return [styleText('bold', printable(name)), ...blocks, '', ...verdict(lookups, width), ''].join('\n');
}

function blockOf(lookup: ModelLookup, longest: number, width: number): string[] {
  const { model, outcome, error, addresses, durationMs, queries, because } = lookup;
  const what =
    outcome === 'ok'
      ? styleText(
          'green',
          addresses.slice(0, 8).join(' ') + (addresses.length > 8 ? ` and ${addresses.length - 8} more` : ''),
        )
      : styleText('red', `${outcome}${error ? `: ${printable(error)}` : ''}`);
  const cost = `${queries.length} ${queries.length === 1 ? 'query' : 'queries'} from ${portsText(queries)}`;
  return [
    `${styleText('bold', model)}  ${what}`,
    `  ${seconds(durationMs)}, ${queries.length > 0 ? cost : 'no query'}`,
    ...timeline(queries.slice(0, MAX_QUERIES), { longest, width }).map((line) => `  ${line}`),
    ...more(queries.length - MAX_QUERIES, 'queries'),
    ...because.slice(0, MAX_DECISIONS).flatMap((line) => hanging('  why  ', line, width)),
    ...more(because.length - MAX_DECISIONS, 'decisions'),
  ];
}

function portsText(queries: readonly QueryRecord[]): string {
  const ports = new Set(queries.map(({ proto, sourcePort }) => `${proto}${sourcePort}`)).size;
  return ports === 1 ? 'one source port' : `${ports} source ports`;
}

function more(count: number, what: string): string[] {
  return count > 0 ? [`  and ${count} more ${what}; --json has all`] : [];
}

const DIFFER = 'They differ  ';

function verdict(lookups: readonly ModelLookup[], width: number): string[] {
  if (lookups.length < 2) return [];
  const difference = differenceOf(lookups);
  if (difference) {
    const [line = '', ...others] = hanging(DIFFER, difference, width);
    return [styleText(['bold', 'yellow'], DIFFER) + line.slice(DIFFER.length), ...others];
  }
  const [first] = lookups;
  return first ? hanging('All the same  ', summaryOf(first), width) : [];
}
