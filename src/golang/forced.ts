/** What took the choice of a resolver out of Go's hands, as far as its trace tells. */
import type { ConfigLine } from './debug-lines.ts';
import type { OnceOnlyLine } from './once-only-lines.ts';
import type { Minor, VersionRange } from './versions.ts';

/** Who may have forced a resolver: GODEBUG's mode, a build tag, the environment, or what the files hold. */
export type Force = 'godebug' | 'netgo-tag' | 'netcgo-tag' | 'environment' | 'files';

/** A resolver that the process takes whatever the name. */
export interface Forced {
  resolver: 'go' | 'cgo';
  /** One where the trace tells it, else all that it leaves open. */
  by: readonly Force[];
  /** The lines of the trace that tell it. */
  lines: string[];
}

/** A once-only line that tells of force, with the flags of confVal beside it where they matter. */
interface ForcingLine {
  text: string;
  /** What confVal's line must say (since Go 1.19, at level 2); absent: whatever it says, and without it. */
  netCgo?: boolean;
  netGo?: boolean;
  resolver: Forced['resolver'];
  by: readonly Force[];
}

/**
 * Source: net/conf.go, initConfVal. The first row that fits counts. A binary that has Go's resolver alone forces
 * nothing by that: it has no row but where confVal says that Go's was asked for too.
 */
const FORCING_LINES: readonly ForcingLine[] = [
  { text: 'GODEBUG setting forcing use of the cgo resolver', resolver: 'cgo', by: ['godebug'] },
  { text: 'GODEBUG setting forcing use of the Go resolver', resolver: 'go', by: ['godebug'] },
  { text: "GODEBUG setting forcing use of Go's resolver", resolver: 'go', by: ['godebug'] },
  { text: 'using the cgo DNS resolver', resolver: 'cgo', by: ['netcgo-tag'] },
  { text: "built with netgo build tag; using Go's DNS resolver", resolver: 'go', by: ['netgo-tag'] },
  { text: 'using the Go DNS resolver', netGo: true, resolver: 'go', by: ['netgo-tag', 'godebug'] },
  { text: 'using cgo DNS resolver', netCgo: true, resolver: 'cgo', by: ['godebug', 'netcgo-tag'] },
  { text: 'using cgo DNS resolver', netCgo: false, resolver: 'cgo', by: ['environment', 'files'] },
  { text: 'using cgo DNS resolver', resolver: 'cgo', by: ['godebug', 'netcgo-tag', 'environment', 'files'] },
];

/** Until 1.23 the environment's force shows as `using cgo DNS resolver`, since then as dynamic selection. */
const ENVIRONMENT_IS_DYNAMIC_SINCE: Minor = 24;

/** What forces a resolver in the present run. */
export function forcedIn(run: {
  line: OnceOnlyLine | undefined;
  config?: ConfigLine | undefined;
  orders: ReadonlySet<string>;
  goVersion: VersionRange;
}): Forced | undefined {
  const { line, config, orders, goVersion } = run;
  if (!line) return undefined;
  const flags = config && `confVal.netCgo = ${config.netCgo}  netGo = ${config.netGo}`;
  const lines = [...(flags ? [flags] : []), line.text];
  const row = FORCING_LINES.find(
    (each) =>
      each.text === line.text &&
      (each.netCgo === undefined || each.netCgo === config?.netCgo) &&
      (each.netGo === undefined || each.netGo === config?.netGo),
  );
  if (row) return { resolver: row.resolver, by: row.by, lines };
  if (line.mode !== 'dynamic' || orders.size !== 1 || !orders.has('cgo')) return undefined;
  const environment = (goVersion.max ?? ENVIRONMENT_IS_DYNAMIC_SINCE) >= ENVIRONMENT_IS_DYNAMIC_SINCE;
  return { resolver: 'cgo', by: environment ? ['environment', 'files'] : ['files'], lines };
}
