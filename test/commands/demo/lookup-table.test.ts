import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { lookupTable } from '../../../src/commands/demo/lookup-table.ts';
import type { ModelLookup } from '../../../src/lookup/difference.ts';

const refused: ModelLookup = {
  model: 'glibc-2.43',
  outcome: 'ok',
  error: '',
  addresses: ['192.0.2.10', '2001:db8::10'],
  durationMs: 900,
  because: [],
  queries: ['127.0.0.1:47044', '127.0.0.1:47045'].map((server, index) => ({
    ...{ atMs: index, proto: 'udp', server, sourcePort: 40_000, name: 'web.test', type: 'A', edns: null },
    reply: {
      atMs: index + 1,
      rcode: index === 0 ? 'REFUSED' : 'NOERROR',
      tc: false,
      answers: index,
      bytes: 40,
    },
  })),
};

it.each([
  [110, 1],
  [80, 2],
])('puts what decided behind its row or below it: at %i columns %i lines', (width, lines) => {
  const table = lookupTable([refused], width).map(stripVTControlCharacters);
  expect(table.every((line) => line.length <= width)).toBe(true);
  expect(table.slice(0, -1)).toHaveLength(lines);
  expect(table[lines - 1]).toContain('A got REFUSED from 127.0.0.1:47044');
});
