/** What one Go process keeps of its configuration files, and when it looks at them again. */
import { lookupOrder } from '../../golang/lookup-order.ts';
import { godebugSetting } from '../../golang/netdns-setting.ts';
import type { FileText, Sources } from '../sources.ts';
import type { Version } from '../version.ts';
import { type GoHosts, readHosts } from './hosts.ts';
import { type GoResolvConf, readResolvConf } from './resolv-conf.ts';
import type { GoRules } from './rules.ts';
import { givenServer } from './server.ts';

/** net/hosts.go, cacheMaxAge; the same in tryUpdate of resolv.conf and nsswitch.conf. */
const LOOK_AGAIN_MS = 5_000;

interface Kept {
  file: FileText;
  /** ms of the model's clock. */
  checked: number;
}

/** resolv.conf, and `rotate`'s counter, which begins anew with every reading (net/dnsconfig.go, soffset). */
export interface CurrentResolvConf extends GoResolvConf {
  lookups: number;
}

/** resolv.conf, hosts and nsswitch.conf as one process has them at a time. */
export class Configuration {
  readonly #version: Version;
  readonly #rules: GoRules;
  #conf: (Kept & { read: CurrentResolvConf }) | undefined;
  #nsswitch: Kept | undefined;
  #firstConf: FileText | undefined;
  #hosts: (Kept & { read: GoHosts }) | undefined;

  constructor(version: Version, rules: GoRules) {
    this.#version = version;
    this.#rules = rules;
  }

  /** resolv.conf as it is known now (net/dnsclient_unix.go, resolverConfig.tryUpdate). */
  resolvConf(sources: Sources, now: number): CurrentResolvConf {
    const { resolvConf: file, nameservers } = sources;
    const kept = this.#conf;
    if (kept && !this.#confIsDue(kept, now)) return kept.read;
    if (kept && changeTime(kept.file) === changeTime(file)) {
      kept.checked = now;
      return kept.read;
    }
    const read = { ...readResolvConf(sources, this.#version), lookups: 0 };
    if (nameservers) read.servers = nameservers.map(givenServer);
    this.#conf = { file, checked: now, read };
    return read;
  }

  #confIsDue({ read, checked }: Kept & { read: GoResolvConf }, now: number): boolean {
    if (read.noReload) return false;
    const always = this.#rules.defaultServers === 'looked-at-again' && read.usesDefaults;
    return always || now - checked >= LOOK_AGAIN_MS;
  }

  /** Files and DNS in the order Go without cgo takes them, and why. */
  order(name: string, sources: Sources, now: number): { order: string; because: string } {
    const again = this.#rules.order === 'looked-at-again';
    this.resolvConf(sources, now);
    this.#firstConf ??= sources.resolvConf;
    const resolvConf = again ? (this.#conf?.file ?? sources.resolvConf) : this.#firstConf;
    const { order, because } = lookupOrder(name, {
      ...sources,
      go: this.#minor,
      cgo: false,
      tags: [],
      resolvConf,
      nsswitch: this.#nsswitchFile(sources, now, again),
    });
    return { order, because: because.at(-1) ?? '' };
  }

  /** The value of a key in GODEBUG, as this release takes it. */
  godebug(key: string, { environment }: Sources): string | undefined {
    return godebugSetting(environment.GODEBUG ?? '', key, this.#minor);
  }

  get #minor(): number {
    return this.#version[1] ?? 0;
  }

  /** net/nss.go, nsswitchConfig.tryUpdate. */
  #nsswitchFile({ nsswitch: file }: Sources, now: number, again: boolean): FileText {
    const kept = this.#nsswitch;
    if (kept && (!again || now - kept.checked < LOOK_AGAIN_MS)) return kept.file;
    const same = kept && changeTime(kept.file) === changeTime(file);
    this.#nsswitch = { file: same ? kept.file : file, checked: now };
    return this.#nsswitch.file;
  }

  /** /etc/hosts as it is known now; one without names is looked at each time. */
  hosts({ hosts: file }: Sources, now: number): GoHosts {
    const kept = this.#hosts;
    if (kept && kept.read.byName.size > 0 && now - kept.checked < LOOK_AGAIN_MS) return kept.read;
    if (kept && sameFile(kept.file, file)) {
      kept.checked = now;
      return kept.read;
    }
    const gone = file.state === 'absent' || file.state === 'denied';
    const keeps = file.state !== 'ok' && !(gone && this.#rules.hostsGone === 'forgotten');
    if (kept && keeps) return kept.read;
    const read = readHosts(file, this.#version);
    this.#hosts = { file, checked: now, read };
    return read;
  }
}

/** stat(2)'s, where the file could be opened too. */
function changeTime(file: FileText): number {
  return file.state === 'ok' ? file.modified : 0;
}

function sameFile(a: FileText, b: FileText): boolean {
  return a.state === 'ok' && b.state === 'ok' && a.modified === b.modified && a.text.length === b.text.length;
}
