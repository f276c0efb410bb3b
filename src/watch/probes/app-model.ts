import { netdnsSetting } from '../../golang/netdns-setting.ts';
import { minorText, rangeText } from '../../golang/versions.ts';
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
  const seen = (app && (byTrace(name, app) ?? byErrors(app))) ?? byEnvironment(process, app);
  const { resolver, source, because } =
    seen ??
    (expected
      ? { resolver: expected, source: 'config' as const, because: `target.resolver is ${expected}` }
      : {
          resolver: 'go' as const,
          source: 'default' as const,
          because: 'no log has told which resolver the application uses: its own is what Go takes by default',
        });
  const { model, words } = resolver === 'go' ? goModel(app) : libcModel(resolver, app, process);
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

/** GODEBUG as the process was started with. Without a libc in it there is no cgo that could be forced. */
function byEnvironment(process: ProcessRecord | undefined, app: AppRecord | undefined): Told | undefined {
  const { isGo, libc, environment } = process ?? {};
  const godebug = environment?.GODEBUG;
  if (godebug === undefined || isGo === false) return undefined;
  const { mode } = netdnsSetting(godebug, app?.trace.summary().goVersion.max ?? NEWEST_GO);
  if (mode === undefined || (mode === 'cgo' && libc === 'none')) return undefined;
  return { resolver: mode, source: 'process', because: `its process has GODEBUG with netdns=${mode}` };
}

function goModel(app: AppRecord | undefined): { model: string; words: string } {
  const version = app?.trace.summary().goVersion ?? {};
  const minor = Math.max(OLDEST_GO, Math.min(version.max ?? NEWEST_GO, NEWEST_GO));
  const words = `its wording is Go ${rangeText(version)}'s, of which ${minorText(minor)} is the newest with a model`;
  return {
    model: `go-${minorText(minor)}`,
    words: rangeText(version) === 'unknown' ? 'its Go is not known: the newest is taken' : words,
  };
}

function libcModel(
  resolver: Resolver,
  app: AppRecord | undefined,
  process: ProcessRecord | undefined,
): { model: string; words: string } {
  const told = resolver === 'cgo' ? app?.libc : resolver.slice('cgo-'.length);
  const mapped = process?.libc === 'none' ? undefined : process?.libc;
  const libc = told ?? mapped;
  const model = modelOf(libc ?? 'glibc');
  const version = `${libc}'s version is not known: the newest is taken`;
  const seen = told === undefined ? `its process has ${mapped} mapped: ${process?.libcFile}; ` : '';
  return {
    model: 'error' in model ? 'glibc' : model.name,
    words: libc ? seen + version : 'no error text has told which libc it is: the newest glibc is taken',
  };
}

function withoutDot(name: string): string {
  return name.replace(/\.$/, '');
}
