import { parseNsswitch } from '../../golang/nsswitch.ts';
import type { DialectFacts } from '../../journal/probe-record.ts';
import { endpoint } from '../../resolver/address.ts';
import { parseHosts } from '../../resolver/glibc/hosts.ts';
import { parseNsSwitch } from '../../resolver/glibc/nsswitch.ts';
import { parseResolvConf } from '../../resolver/glibc/resolv-conf.ts';
import { rulesOf } from '../../resolver/glibc/rules.ts';
import { readHosts } from '../../resolver/go/hosts.ts';
import { readResolvConf as readGoResolvConf } from '../../resolver/go/resolv-conf.ts';
import { RELEASES } from '../../resolver/models.ts';
import { hostsRemarks } from '../../resolver/musl/hosts.ts';
import { readResolvConf as readMuslResolvConf } from '../../resolver/musl/resolv-conf.ts';
import type { FileText, Remark, Sources } from '../../resolver/sources.ts';

/**
 * The newest there are models of: what they do not heed, older ones do not
 * either, but for options they do not know.
 */
const GO = RELEASES.go.newest;
const GLIBC = rulesOf(RELEASES.glibc.newest);

/** What the files say to each family of resolvers. */
export function dialectsOf(sources: Sources): DialectFacts[] {
  return [goFacts(sources), glibcFacts(sources), muslFacts(sources)].map(({ remarks, ...facts }) => ({
    ...facts,
    remarks: remarks
      .slice(0, MAX_REMARKS)
      .map((remark) => ({ ...remark, text: remark.text.slice(0, MAX_TEXT) })),
  }));
}
/** A hosts file of a hundred thousand odd lines must not fill the memory. */
const MAX_REMARKS = 100;
/** Nor one of a few odd lines that are as long as the file. */
const MAX_TEXT = 4_096;

const GO_OPTIONS = [
  ['rotate', 'rotate'],
  ['singleRequest', 'single-request'],
  ['useTcp', 'use-vc'],
  ['trustAd', 'trust-ad'],
  ['noReload', 'no-reload'],
] as const;

function goFacts(sources: Sources): DialectFacts {
  const { servers, search, ndots, timeout, attempts, remarks, ...rest } = readGoResolvConf(sources, GO);
  const { broken } = parseNsswitch(textOf(sources.nsswitch));
  const nsswitch: Remark[] = broken ? [{ file: 'nsswitch.conf', ...broken }] : [];
  return {
    dialect: 'go',
    nameservers: servers.map(({ peer }) => endpoint(peer)),
    search,
    ndots,
    timeout: timeout / 1000,
    attempts,
    options: GO_OPTIONS.filter(([flag]) => rest[flag]).map(([, word]) => word),
    remarks: [...remarks, ...readHosts(sources.hosts, GO).remarks, ...nsswitch],
  };
}

function glibcFacts(sources: Sources): DialectFacts {
  const { servers, search, ndots, timeout, attempts, flags, remarks } = parseResolvConf(sources, GLIBC);
  const nsswitch = sources.nsswitch.state === 'ok' ? sources.nsswitch.text : undefined;
  return {
    dialect: 'glibc',
    nameservers: servers.map(endpoint),
    search: [...search],
    ndots,
    timeout,
    attempts,
    options: [...flags],
    remarks: [
      ...remarks,
      ...parseHosts(textOf(sources.hosts)).remarks,
      ...parseNsSwitch(nsswitch, GLIBC).remarks,
    ],
  };
}

/** musl reads no nsswitch.conf. */
function muslFacts({ resolvConf, hosts }: Sources): DialectFacts {
  const { servers, search, ndots, timeout, attempts, remarks } = readMuslResolvConf(resolvConf);
  return {
    dialect: 'musl',
    nameservers: servers.map(endpoint),
    search,
    ndots,
    timeout,
    attempts,
    options: [],
    remarks: [...remarks, ...hostsRemarks(textOf(hosts))],
  };
}

function textOf(file: FileText): string {
  return file.state === 'ok' ? file.text : '';
}
