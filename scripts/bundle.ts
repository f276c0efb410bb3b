/** Bundles the command line into dist, which runs without node_modules. */
import { globSync, rmSync, writeFileSync } from 'node:fs';
import { build, type Plugin } from 'esbuild';

/**
 * Parts of express and prom-client that load TLS, HTTP/2 and 500 kB of character tables, and that nothing here calls:
 * request bodies, the push gateway, metrics of a cluster. Left out, the daemon is 5 MiB lighter.
 */
const NEVER_CALLED = ['body-parser', './lib/pushgateway', './lib/cluster'];

const leaveOut: Plugin = {
  name: 'leave-out',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /./ }, ({ path, importer }) =>
      NEVER_CALLED.includes(path) && /node_modules\/(express|prom-client)\//.test(importer)
        ? { path, namespace: 'left-out' }
        : undefined,
    );
    onLoad({ filter: /./, namespace: 'left-out' }, () => ({ contents: 'module.exports = {};' }));
  },
};

/** A command is a file of its own, read when it is called. */
const commandsApart: Plugin = {
  name: 'commands-apart',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/commands\/[\w-]+\.ts$/ }, ({ path, kind, importer }) =>
      kind === 'dynamic-import' && importer.endsWith('/src/cli.ts')
        ? { path: path.replace(/\.ts$/, '.js'), external: true }
        : undefined,
    );
  },
};

// What is there of before has other names.
rmSync('dist', { recursive: true, force: true });
await build({
  entryPoints: [
    'src/cli.ts',
    ...globSync('src/commands/{run,resolve,predict,explain,inspect,advise,demo}.ts'),
  ],
  outdir: 'dist',
  outbase: 'src',
  bundle: true,
  platform: 'node',
  target: 'node22.18',
  // In an ES module every import of node's own modules is hoisted to the top: `explain` would load HTTP and TLS for
  // nothing, 14 MiB and half of its start-up. CommonJS loads them when they are asked for. For the same reason each
  // command stands alone, with all it needs: to parse the text of all takes 40 ms of CPU and 7 MiB.
  format: 'cjs',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  logLevel: 'warning',
  plugins: [leaveOut, commandsApart],
});
// Alone, a .js file is CommonJS; under this package's `"type": "module"` it needs to be said.
writeFileSync('dist/package.json', '{"type":"commonjs"}\n');
