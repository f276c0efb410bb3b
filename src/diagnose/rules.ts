import type { Rule } from './finding.ts';
import { cgoResolverFailing } from './rules/cgo-resolver-failing.ts';
import { cgoResolverInUse } from './rules/cgo-resolver-in-use.ts';
import { compatLoader } from './rules/compat-loader.ts';
import { conntrackDropping } from './rules/conntrack-dropping.ts';
import { conntrackInsertFailed } from './rules/conntrack-insert-failed.ts';
import { conntrackNearFull } from './rules/conntrack-near-full.ts';
import { conntrackNotObservable } from './rules/conntrack-not-observable.ts';
import { edns0Disabled } from './rules/edns0-disabled.ts';
import { edns0Rejected } from './rules/edns0-rejected.ts';
import { eventLoopLag } from './rules/event-loop-lag.ts';
import { fileDescriptorsNearLimit } from './rules/file-descriptors-near-limit.ts';
import { glibcCnameOrder } from './rules/glibc-cname-order.ts';
import { glibcFormerrFinal } from './rules/glibc-formerr-final.ts';
import { glibcPairFallback } from './rules/glibc-pair-fallback.ts';
import { glibcTcpHang } from './rules/glibc-tcp-hang.ts';
import { goResolverFailing } from './rules/go-resolver-failing.ts';
import { imageFilesMissing } from './rules/image-files-missing.ts';
import { loaderMissing } from './rules/loader-missing.ts';
import { logSourceStalled } from './rules/log-source-stalled.ts';
import { muslAddressLimit } from './rules/musl-address-limit.ts';
import { muslFastestAnswerWins } from './rules/musl-fastest-answer-wins.ts';
import { muslFatalOption } from './rules/musl-fatal-option.ts';
import { muslNeedsBothFamilies } from './rules/musl-needs-both-families.ts';
import { muslResolverFailing } from './rules/musl-resolver-failing.ts';
import { muslResolverInUse } from './rules/musl-resolver-in-use.ts';
import { muslSearchIgnored } from './rules/musl-search-ignored.ts';
import { muslSearchStops } from './rules/musl-search-stops.ts';
import { muslTruncatedNoTcp } from './rules/musl-truncated-no-tcp.ts';
import { nameserverFailing } from './rules/nameserver-failing.ts';
import { nameserverRefusing } from './rules/nameserver-refusing.ts';
import { nameserverSilent } from './rules/nameserver-silent.ts';
import { nameserverSlow } from './rules/nameserver-slow.ts';
import { nameserverUnreachable } from './rules/nameserver-unreachable.ts';
import { nameserversDisagree } from './rules/nameservers-disagree.ts';
import { ndotsAmplification } from './rules/ndots-amplification.ts';
import { oneReplyPerPort } from './rules/one-reply-per-port.ts';
import { pairHalfLost } from './rules/pair-half-lost.ts';
import { pieNeedsLoader } from './rules/pie-needs-loader.ts';
import { resolvConfIgnoredLines } from './rules/resolv-conf-ignored-lines.ts';
import { resolvConfStale } from './rules/resolv-conf-stale.ts';
import { resolverForced } from './rules/resolver-forced.ts';
import { resolverNotAsConfigured } from './rules/resolver-not-as-configured.ts';
import { searchListRisky } from './rules/search-list-risky.ts';
import { sourcePortsExhausted } from './rules/source-ports-exhausted.ts';
import { sourcePortsNearExhaustion } from './rules/source-ports-near-exhaustion.ts';
import { staticGlibcCgo } from './rules/static-glibc-cgo.ts';
import { tcpBlocked } from './rules/tcp-blocked.ts';
import { toolsDisagree } from './rules/tools-disagree.ts';
import { traceOff } from './rules/trace-off.ts';
import { udpReceiveDrops } from './rules/udp-receive-drops.ts';
import { watcherBlocked } from './rules/watcher-blocked.ts';

/** Every rule; a finding's id is its file's name, and its page docs/findings/<id>.md. */
export const RULES: readonly Rule[] = [
  loaderMissing,
  pieNeedsLoader,
  staticGlibcCgo,
  sourcePortsExhausted,
  fileDescriptorsNearLimit,
  conntrackDropping,
  conntrackInsertFailed,
  udpReceiveDrops,
  sourcePortsNearExhaustion,
  conntrackNearFull,
  // The exact causes first: findings of one severity stand in this order.
  oneReplyPerPort,
  muslFatalOption,
  muslNeedsBothFamilies,
  muslSearchStops,
  muslTruncatedNoTcp,
  muslFastestAnswerWins,
  muslSearchIgnored,
  glibcTcpHang,
  glibcFormerrFinal,
  glibcCnameOrder,
  glibcPairFallback,
  edns0Rejected,
  tcpBlocked,
  nameserverUnreachable,
  nameserverSilent,
  nameserverFailing,
  nameserverRefusing,
  nameserverSlow,
  nameserversDisagree,
  pairHalfLost,
  resolvConfStale,
  resolvConfIgnoredLines,
  muslResolverFailing,
  cgoResolverFailing,
  goResolverFailing,
  resolverNotAsConfigured,
  resolverForced,
  compatLoader,
  logSourceStalled,
  watcherBlocked,
  eventLoopLag,
  toolsDisagree,
  searchListRisky,
  ndotsAmplification,
  muslAddressLimit,
  muslResolverInUse,
  cgoResolverInUse,
  imageFilesMissing,
  edns0Disabled,
  conntrackNotObservable,
  traceOff,
];
