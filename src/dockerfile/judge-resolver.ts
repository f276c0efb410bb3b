import { netdnsSetting } from '../golang/netdns-setting.ts';
import type { AdviceFinding } from './advice-finding.ts';
import type { At } from './dockerfile-facts.ts';
import type { Placed } from './judge-loader.ts';

/** GODEBUG is read as the newest Go reads it where the builder's version is not known. */
const NEWEST = 99;
const FORCING = ['LOCALDOMAIN', 'RES_OPTIONS', 'HOSTALIASES'];

/** Whether lookups are sent to cgo's resolver, and whether the program has one. */
export function judgeResolver(placed: Placed): AdviceFinding[] {
  const { program, shipped } = placed;
  const godebug = envOf(placed, 'GODEBUG')?.at;
  const mode = godebug && netdnsSetting(godebug.value, program.image?.go ?? NEWEST).mode;
  if (godebug && mode === 'cgo' && program.linkage !== undefined) {
    const isThere = hasCgoResolver(placed);
    return [
      isThere ? inUse(placed, godebug.line, `GODEBUG=${godebug.value}`) : ignored(placed, godebug.line),
    ];
  }
  const { build } = shipped;
  const forced = FORCING.flatMap((name) => envOf(placed, name) ?? []);
  if (forced[0] && mode === undefined && hasCgoResolver(placed)) return [byEnvironment(placed, forced[0])];
  return build.tags.includes('netcgo') && hasCgoResolver(placed)
    ? [inUse(placed, build.line, `-tags ${build.tags.join(',')}`)]
    : [];
}

function envOf({ runtime }: Placed, name: string): { name: string; at: At<string> } | undefined {
  const at = runtime.chain.stages[0]?.env.get(name);
  return at && { name, at };
}

/** net/conf.go, initConfVal: each of them makes Go ask libc, which alone knows what they mean. */
function byEnvironment(placed: Placed, { name, at }: { name: string; at: At<string> }): AdviceFinding {
  return { ...inUse(placed, at.line, `${name}=${at.value}`), id: 'resolver-forced' };
}

/** -tags netgo leaves Go's resolver alone in net, whatever else is C. */
function hasCgoResolver({ program, shipped }: Placed): boolean {
  return program.cgo.value === '1' && !shipped.build.tags.includes('netgo');
}

function inUse({ program }: Placed, line: number, by: string): AdviceFinding {
  const libc = program.libc ?? 'the libc';
  return {
    id: 'cgo-resolver-in-use',
    severity: 'info',
    file: 'dockerfile',
    line,
    title: `Names are looked up by ${libc}’s getaddrinfo: ${by} asks for it`,
    evidence: [`line ${line}: ${by}`, program.cgo.because],
    fix: `Meant so, it is well. Otherwise line ${line} without it: Go chooses for each lookup then; netdns=go forces its own.`,
  };
}

function ignored({ program, shipped }: Placed, line: number): AdviceFinding {
  const { build } = shipped;
  const why =
    program.cgo.value === '0' ? program.cgo.because : `line ${build.line}: -tags ${build.tags.join(',')}`;
  return {
    id: 'resolver-not-as-configured',
    severity: 'warning',
    file: 'dockerfile',
    line,
    title: 'GODEBUG asks for cgo’s resolver, and the program has none: Go looks names up itself',
    evidence: [`line ${line}: GODEBUG`, why],
    fix: `Line ${line} without netdns=cgo. Or build with cgo: line ${build.cgoEnabled?.line ?? build.line}: CGO_ENABLED=1.`,
  };
}
