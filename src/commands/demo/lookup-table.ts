import { styleText } from 'node:util';
import { afterText, causeOf, type ModelLookup, seconds } from '../../lookup/difference.ts';
import { hanging } from '../../serve/terminal.ts';

const INDENT = '   ';

/** A row a model with what decided, why it failed, and what sets the models apart. */
export function lookupTable(lookups: readonly ModelLookup[], width: number): string[] {
  const rows = lookups.map(cellsOf);
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const table = lookups.flatMap((lookup, index) => {
    const row = (rows[index] ?? []).map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
    const colour = lookup.outcome === 'ok' ? 'green' : 'red';
    const [line = '', ...others] = causeBehind(INDENT + row, causeOf(lookup), width);
    return [styleText(colour, line), ...others, ...whyLines(lookup, lookups[index - 1], width)];
  });
  const difference = hanging(`${INDENT}▶ `, verdict(lookups), width);
  return [...table, ...difference.map((line) => styleText('yellow', line))];
}

/** The cause at the end of its row, or on lines of its own where the terminal is too narrow. */
function causeBehind(row: string, cause: string | undefined, width: number): string[] {
  const line = `${row}  ${cause ?? ''}`.trimEnd();
  if (cause === undefined || line.length <= width) return [line];
  return [row.trimEnd(), ...hanging(`${INDENT}  `, cause, width)];
}

/** The decision that ended it; once for neighbours that took the same. */
function whyLines(
  { outcome, because }: ModelLookup,
  before: ModelLookup | undefined,
  width: number,
): string[] {
  const last = because.at(-1);
  if (outcome === 'ok' || !last || last === before?.because.at(-1)) return [];
  return hanging(`${INDENT}  why  `, last, width).map((line) => styleText('dim', line));
}

function cellsOf(lookup: ModelLookup): string[] {
  const { model, outcome, addresses, durationMs, queries } = lookup;
  const result = outcome === 'ok' ? addresses.join(' ') : outcome;
  const sent = `${queries.length} ${queries.length === 1 ? 'query' : 'queries'}`;
  return [model, result, seconds(durationMs).padStart(6), sent];
}

/** `go-1.27, nslookup: found; musl-1.2.3, musl-1.2.6: try-again after 1.0 s`. */
function verdict(lookups: readonly ModelLookup[]): string {
  const groups = Map.groupBy(lookups, ({ outcome, durationMs }) => {
    return `${outcome === 'ok' ? 'found' : outcome}${afterText(durationMs)}`;
  });
  if (groups.size === 1) return `all: ${[...groups.keys()].join()}`;
  return [...groups]
    .map(([result, alike]) => `${alike.map(({ model }) => model).join(', ')}: ${result}`)
    .join('; ');
}
