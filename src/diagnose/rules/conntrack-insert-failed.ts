import type { ConntrackEvent, ConntrackRecord, KernelRecord } from '../../journal/kernel-record.ts';
import { grouped } from '../evidence.ts';
import type { JoinedRule, Judgement } from '../finding.ts';
import { eventGrowth, growthText, judgeLost } from '../kernel/conntrack-growth.ts';
import { growthOf } from '../kernel/growth.ts';
import { ownNamespace } from '../kernel/words.ts';

/** Two packets of one flow raced for its entry, and one of them was lost. */
export const conntrackInsertFailed: JoinedRule = {
  id: 'conntrack-insert-failed',
  severity: 'critical',
  about: 'everything',
  judge: (known, by) =>
    judgeLost(known, by, (record) => ({
      growths: [{ words: 'insert_failed', growth: eventGrowth(record, 'insert_failed', by) }],
      isSure: isLoss(record, by),
      title: (total) =>
        isLoss(record, by)
          ? `Connection tracking lost ${total} packets to a race (insert_failed)`
          : `Connection tracking counted ${total} races, of which all may have been repaired (insert_failed)`,
      evidence: [...clashText(record, by), ...synText(known.kernel)],
      fix: FIX,
    })),
};

/**
 * Before 5.10 a clash that was repaired counts as insert_failed too, and there is no clash_resolved; one that was not
 * counts as drop besides (net/netfilter/nf_conntrack_core.c, nf_ct_resolve_clash and __nf_conntrack_confirm).
 */
function isLoss({ samples }: ConntrackRecord, by: Judgement): boolean {
  const counters = samples.findLast((sample) => sample.counters)?.counters;
  if (counters?.clash_resolved !== undefined || counters?.drop === undefined) return true;
  const both = growthOf<ConntrackEvent>(
    samples,
    (grown) => Math.min(grown('insert_failed') ?? 0, grown('drop') ?? 0),
    by,
  );
  return both !== undefined;
}

function clashText(record: ConntrackRecord, by: Judgement): string[] {
  const clashes = eventGrowth(record, 'clash_resolved', by);
  if (clashes)
    return [
      `races of one port’s packets, as of A and AAAA, that were repaired, nothing lost (clash_resolved): ${growthText(clashes)}`,
    ];
  const { counters } = record.samples.findLast((sample) => sample.counters) ?? {};
  if (counters?.clash_resolved !== undefined)
    return ['clash_resolved did not grow: no race of A and AAAA from one port was repaired meanwhile'];
  if (isLoss(record, by)) return ['clash_resolved is not to be had from there'];
  return [
    'drop did not grow with it, and clash_resolved is not to be had from there: before Linux 5.10 a race that was repaired, nothing lost, counts so; on newer ones a chain that was too long, and the packet is lost',
  ];
}

function synText(kernel: KernelRecord | undefined): string[] {
  const sent = kernel?.tcpSynRetransmits ?? 0;
  if (!kernel || sent === 0) return [];
  return [
    `TCP SYNs sent again in ${ownNamespace(kernel)} since it is there: ${grouped(sent)}; one sent again while the first is held back loses this race`,
  ];
}

const FIX =
  'See whether it is DNS over UDP at all: from Linux 5.7 on the race of A and AAAA from one port is repaired (clash_resolved from 5.10), and what is lost are SYNs sent again while the first is held back (NFQUEUE, a slow firewall), flows that masquerading gave the same port (`--random-fully` mends it) and chains that are too long (raise net.netfilter.nf_conntrack_buckets). An older kernel: update it; until then NodeLocal DNSCache, whose packets are not tracked, or for glibc `options single-request-reopen`.';
