import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { buildScanModule, SCAN_MODULE } from '../../../../scripts/build-scan.ts';

test('scan-wasm.ts is what its source gives (if not: node scripts/build-scan.ts)', async () => {
  expect(await buildScanModule()).toBe(readFileSync(SCAN_MODULE, 'utf8'));
});
