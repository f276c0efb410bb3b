/** Compiles the AssemblyScript of the line scanner into the module that holds its WebAssembly: `node scripts/build-scan.ts`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { compileString } from 'assemblyscript/asc';

const DIR = new URL('../src/watch/logs/scan/', import.meta.url);
const SOURCE = new URL('scan.as', DIR);
export const SCAN_MODULE: URL = new URL('scan-wasm.ts', DIR);

const OPTIONS = {
  optimizeLevel: 3,
  converge: true,
  noAssert: true,
  runtime: 'stub',
  enable: ['simd', 'relaxed-simd'],
  // In pages of 64 KiB. It never grows: a view of it stays good.
  initialMemory: 14,
  maximumMemory: 14,
};

/** The text of the module. The same source and compiler give the same text. */
export async function buildScanModule(): Promise<string> {
  const { error, stderr, binary } = await compileString(readFileSync(SOURCE, 'utf8'), OPTIONS);
  if (!binary) throw new Error(`scan.as does not compile:\n${stderr.toString()}`, { cause: error });
  return `// Made from scan.as by scripts/build-scan.ts.
/** The scanner's WebAssembly module in base64, ${binary.length} bytes. */
export const SCAN_WASM =
  '${Buffer.from(binary).toString('base64')}';
`;
}

if (process.argv[1] === import.meta.filename) writeFileSync(SCAN_MODULE, await buildScanModule());
