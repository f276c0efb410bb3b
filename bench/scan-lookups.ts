/** The scanner alone: counts the lines and the lookups by order in the file that is named. For bench/scan.ts. */
import { openSync, readSync } from 'node:fs';
import { lookupLineBytes } from '../src/golang/lookup-line-bytes.ts';
import { NEEDLES } from '../src/watch/logs/needles.ts';
import { createLineScanner, readBuffer } from '../src/watch/logs/scan/scanner.ts';

const orders: Record<string, number> = {};
let lines = 0;
const scanner = createLineScanner(
  {
    line(bytes, start, end) {
      const lookup = lookupLineBytes(bytes, start, end);
      if (lookup) orders[lookup.order] = (orders[lookup.order] ?? 0) + 1;
      return false;
    },
    lines(count) {
      lines += count;
    },
    skipped() {},
  },
  { needles: NEEDLES },
);

const fd = openSync(process.argv[2] ?? '', 'r');
for (let read = readSync(fd, readBuffer); read > 0; read = readSync(fd, readBuffer)) {
  scanner.write(readBuffer.subarray(0, read));
}
scanner.end();
console.log(JSON.stringify({ lines, orders }));
