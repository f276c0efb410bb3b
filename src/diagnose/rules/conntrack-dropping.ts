import type { ConntrackEvent, ConntrackRecord } from '../../journal/kernel-record.ts';
import { grouped, time } from '../evidence.ts';
import type { JoinedRule, Judgement } from '../finding.ts';
import { eventGrowth, judgeLost } from '../kernel/conntrack-growth.ts';
import { type Growth, growthOf } from '../kernel/growth.ts';
import { percent } from '../kernel/words.ts';

/** The table of connection tracking was full: packets of new flows were dropped, or older flows thrown out for them. */
export const conntrackDropping: JoinedRule = {
  id: 'conntrack-dropping',
  severity: 'critical',
  about: 'everything',
  judge: (known, by) =>
    judgeLost(known, by, (record) => ({
      growths: [
        {
          words: 'packets dropped for want of an entry (drop less insert_failed)',
          growth: tableFull(record, by),
        },
        {
          words: 'flows thrown out before their time to make room (early_drop)',
          growth: eventGrowth(record, 'early_drop', by),
        },
      ],
      isSure: true,
      title: (total) => `Connection tracking has no room: ${total} packets or flows lost`,
      evidence: filledText(record),
      fix: FIX,
    })),
};

/**
 * Each clash that could not be repaired counts as insert_failed and as drop (net/netfilter/nf_conntrack_core.c,
 * nf_ct_resolve_clash): the rest of drop is a table without room. Some insert_failed are no drop, so it is at least that.
 */
function tableFull({ samples }: ConntrackRecord, by: Judgement): Growth | undefined {
  return growthOf<ConntrackEvent>(
    samples,
    (grown) => {
      const [dropped, failed] = [grown('drop'), grown('insert_failed')];
      return dropped === undefined || failed === undefined ? undefined : dropped - failed;
    },
    by,
  );
}

function filledText({ samples }: ConntrackRecord): string[] {
  const last = samples.at(-1);
  if (last?.entries === undefined || last.limit === undefined || last.limit <= 0) return [];
  const { at, entries, limit } = last;
  return [`${grouped(entries)} of ${grouped(limit)} entries (${percent(entries / limit)}), ${time(at)}`];
}

const FIX =
  "On the node: `sysctl -w net.netfilter.nf_conntrack_max=N`, twice what it is, and net.netfilter.nf_conntrack_buckets the same number; with kube-proxy its `conntrack.maxPerCore` and `conntrack.min` set it. `dmesg | grep conntrack` has `table full, dropping packet`. See what fills it: `conntrack -L | awk '{print $1}' | sort | uniq -c`. NodeLocal DNSCache takes DNS out of the table.";
