/** Bundles the command line into one file that runs without node_modules. */
import { writeFileSync } from 'node:fs';
import { build } from 'esbuild';

await build({
  entryPoints: ['src/cli.ts'],
  outfile: 'dist/cli.js',
  bundle: true,
  platform: 'node',
  target: 'node22.18',
  // In an ES module every import of node's own modules is hoisted to the top: `explain` would load HTTP and TLS for
  // nothing, 14 MiB and half of its start-up. CommonJS loads them when they are asked for.
  format: 'cjs',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  logLevel: 'warning',
});
// Alone, a .js file is CommonJS; under this package's `"type": "module"` it needs to be said.
writeFileSync('dist/package.json', '{"type":"commonjs"}\n');
