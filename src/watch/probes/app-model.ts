import { circumstancesOf } from '../../binary/circumstances.ts';
import { lookupOrder } from '../../golang/lookup-order.ts';
import { netdnsSetting } from '../../golang/netdns-setting.ts';
import { type Minor, minorIn, minorText, rangeText } from '../../golang/versions.ts';
import type { AppRecord } from '../../journal/app-record.ts';
import type { AppModel } from '../../journal/probe-record.ts';
import type { ProcessRecord } from '../../journal/process-record.ts';
import type { Resolver } from '../../kinds.ts';
import { modelOf, RELEASES } from '../../resolver/models.ts';

/** The releases there are models of, as minors of Go 1. */
const [, OLDEST_GO] = RELEASES.go.oldest;
const [, NEWEST_GO] = RELEASES.go.newest;

/**
 * Which model stands for the resolver the application uses for a name. What its log shows, and what its process was
 * started with, count before what the operator expects of it (`target.resolver`), for an application that does
 * otherwise is what this is for.
 *
 * @param watched the application's process, where it is seen: one of several applications tells nothing of the others
 */
export function appModelFor(
  name: string,
  apps: readonly AppRecord[],
  expected: 'go' | 'cgo' | undefined,
  watched?: ProcessRecord,
): AppModel {
  const app = appThatNames(name, apps);
  const process = apps.length > 1 ? undefined : watched;
  const seen =
    (app && (byTrace(name, app) ?? byErrors(app))) ?? byBinary(name, process) ?? byEnvironment(process, app);
  const { resolver, source, because } =
    seen ??
    (expected
      ? { resolver: expected, source: 'config' as const, because: `target.resolver is ${expected}` }
      : {
          resolver: 'go' as const,
          source: 'default' as const,
          because: 'no log has told which resolver the application uses: its own is what Go takes by default',
        });
  const { model, words } = resolver === 'go' ? goModel(app, process) : libcModel(resolver, app, process);
  return { model, source, because: `${because}; ${words}` };
}

/** The application that looks the name up, else one that has told anything of its resolver. */
function appThatNames(name: string, apps: readonly AppRecord[]): AppRecord | undefined {
  const plain = withoutDot(name);
  return (
    apps.find(
      ({ trace, errors }) =>
        trace.orderOf(name) !== undefined ||
        trace.orderOf(plain) !== undefined ||
        errors.entries().some((entry) => withoutDot(entry.name) === plain),
    ) ??
    apps.find(({ trace }) => trace.summary().seen) ??
    apps.at(-1)
  );
}

interface Told {
  resolver: Resolver;
  source: AppModel['source'];
  because: string;
}

function byTrace(name: string, { trace }: AppRecord): Told | undefined {
  const order = trace.orderOf(name) ?? trace.orderOf(withoutDot(name));
  const told = (resolver: Resolver, because: string): Told => ({ resolver, source: 'trace', because });
  if (order)
    return told(
      order === 'cgo' ? 'cgo' : 'go',
      `the trace has hostLookupOrder(${withoutDot(name)}) = ${order}`,
    );
  const { mode, orders, reason } = trace.summary();
  if (mode === 'go' || mode === 'cgo') return told(mode, `the trace says ${mode}: ${reason}`);
  if (orders.length === 0) return undefined;
  const allCgo = orders.every((each) => each === 'cgo');
  return told(allCgo ? 'cgo' : 'go', `lookups in the trace went by ${orders.join(' and ')}`);
}

function byErrors({ errors }: AppRecord): Told | undefined {
  const sure = errors
    .entries()
    .filter(({ resolver, certainty }) => resolver !== 'unknown' && /^(?:certain|high)$/.test(certainty))
    .toSorted((a, b) => b.last - a.last);
  const [newest] = sure;
  return (
    newest && {
      resolver: newest.resolver,
      source: 'error',
      because: `its error texts are ${newest.resolver}'s`,
    }
  );
}

/** What Go chooses, by the binary, the environment and the files of the process: all of them are needed. */
function byBinary(name: string, process: ProcessRecord | undefined): Told | undefined {
  const { binary, environment, files } = process ?? {};
  if (!binary?.build || binary.cgoResolver === 'unknown') return undefined;
  const told = (resolver: Resolver, because: string): Told => ({ resolver, source: 'process', because });
  if (binary.cgoResolver === 'absent')
    return told('go', `its binary has no other resolver than Go’s: ${binary.cgoResolverBecause}`);
  if (!environment || !files) return undefined;
  // The host name and /etc/mdns.allow of another root are not seen: names that they matter for are few.
  const { resolvConf, nsswitch } = files;
  const machine = { resolvConf, nsswitch, mdnsAllow: false, hostname: '' };
  const { order, because } = lookupOrder(name, { ...circumstancesOf(binary, environment), ...machine });
  return told(order === 'cgo' ? 'cgo' : 'go', because[0] ?? `its lookup order is ${order}`);
}

/** GODEBUG as the process was started with. Without a libc in it there is no cgo that could be forced. */
function byEnvironment(process: ProcessRecord | undefined, app: AppRecord | undefined): Told | undefined {
  const { isGo, libc, environment } = process ?? {};
  const godebug = environment?.GODEBUG;
  if (godebug === undefined || isGo === false) return undefined;
  const { mode } = netdnsSetting(godebug, app?.trace.summary().goVersion.max ?? NEWEST_GO);
  if (mode === undefined || (mode === 'cgo' && libc === 'none')) return undefined;
  return { resolver: mode, source: 'process', because: `its process has GODEBUG with netdns=${mode}` };
}

function goModel(
  app: AppRecord | undefined,
  process: ProcessRecord | undefined,
): { model: string; words: string } {
  const built = process?.binary?.build?.goVersion;
  const minor = built === undefined ? undefined : minorIn(built);
  if (minor !== undefined) {
    const model = `go-${minorText(known(minor))}`;
    return { model, words: `its binary was built by ${built}, of which ${model} is the model` };
  }
  const version = app?.trace.summary().goVersion ?? {};
  const newest = known(version.max ?? NEWEST_GO);
  const words = `its wording is Go ${rangeText(version)}'s, of which ${minorText(newest)} is the newest with a model`;
  return {
    model: `go-${minorText(newest)}`,
    words: rangeText(version) === 'unknown' ? 'its Go is not known: the newest is taken' : words,
  };
}

/** The nearest release that there is a model of. */
function known(minor: Minor): Minor {
  return Math.max(OLDEST_GO, Math.min(minor, NEWEST_GO));
}

function libcModel(
  resolver: Resolver,
  app: AppRecord | undefined,
  process: ProcessRecord | undefined,
): { model: string; words: string } {
  const told = resolver === 'cgo' ? app?.libc : resolver.slice('cgo-'.length);
  const mapped = process?.libc === 'none' ? undefined : process?.libc;
  const libc = told ?? mapped ?? linkedIn(process);
  if (libc === undefined)
    return {
      model: newestOf('glibc'),
      words: 'nothing has told which libc it is: the newest glibc is taken',
    };
  const seen = told === undefined && mapped ? `its process has ${mapped} mapped: ${process?.libcFile}; ` : '';
  const version = process?.image?.libcs.find((each) => each.libc === libc)?.version;
  const exact = version === undefined ? undefined : modelOf(`${libc}-${version}`);
  if (exact && !('error' in exact))
    return { model: exact.name, words: `${seen}its image has ${libc} ${version}` };
  const unknown =
    version === undefined ? `${libc}'s version is not known` : `there is no model of ${libc} ${version}`;
  return { model: newestOf(libc), words: `${seen}${unknown}: the newest is taken` };
}

function newestOf(libc: string): string {
  const model = modelOf(libc);
  return 'error' in model ? libc : model.name;
}

/** A libc that was linked statically is not mapped as a file. */
function linkedIn(process: ProcessRecord | undefined): 'glibc' | 'musl' | undefined {
  const libc = process?.binary?.libc;
  return libc === 'glibc' || libc === 'musl' ? libc : undefined;
}

function withoutDot(name: string): string {
  return name.replace(/\.$/, '');
}
