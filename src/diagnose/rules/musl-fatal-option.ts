import type { ProbeRule } from '../finding.ts';
import { LEAVE_MUSL } from '../probes/case-words.ts';
import { appFamilies, factsFor, partsOf } from '../probes/models.ts';
import { RESOLV_CONF, remarkLine } from '../probes/resolv-conf-words.ts';

/**
 * musl divides the timeout by `attempts` (res_msend.c): attempts:0 kills the
 * process, timeout:0 leaves no time for a query.
 */
export const muslFatalOption: ProbeRule = {
  id: 'musl-fatal-option',
  severity: 'critical',
  about: 'probes',
  judge(probes, _, { apps }) {
    const facts = factsFor(probes, 'musl');
    if (!probes.files || !facts || (facts.attempts > 0 && facts.timeout > 0)) return [];
    const isApp = appFamilies(probes, apps).has('musl');
    const option = facts.attempts === 0 ? 'attempts:0' : 'timeout:0';
    const effect =
      facts.attempts === 0
        ? 'kills the process with SIGFPE at its first lookup by DNS'
        : 'makes every lookup by DNS fail at once';
    const remarks = facts.remarks.filter(
      ({ text }) => text === option || /^(?:attempts|timeout):0+$/.test(text),
    );
    const lookups = [...probes.targets.values()].flatMap(({ models }) =>
      [...models.values()]
        .filter(({ model }) => partsOf(model)?.family === 'musl')
        .flatMap(({ lookups }) => lookups.slice(-1)),
    );
    return [
      {
        subject: RESOLV_CONF,
        severity: isApp ? 'critical' : 'info',
        title: `\`options ${option}\` ${isApp ? effect : `would do harm to a program with musl: it ${effect}`}`,
        evidence: [
          ...remarks.map(remarkLine),
          ...lookups
            .slice(0, 3)
            .map(
              ({ model, target, outcome, error, queries }) =>
                `${model} looking ${target} up: ${outcome} (\`${error}\`), ${queries.length} queries sent`,
            ),
        ],
        fix: `Write \`attempts:1\` and \`timeout:1\` or more into the options of resolv.conf (pod: \`dnsConfig: {options: [{name: attempts, value: "2"}, {name: timeout, value: "5"}]}\`). ${LEAVE_MUSL}`,
        since: probes.files.resolvConfSeen,
      },
    ];
  },
};
