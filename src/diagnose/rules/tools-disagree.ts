import type { ProbeLookup, TargetRecord } from '../../journal/probe-record.ts';
import { kindOf } from '../../resolver/outcome.ts';
import { time } from '../evidence.ts';
import type { ProbeRule, SubjectVerdict } from '../finding.ts';
import { appWindowOf, partsOf } from '../probes/models.ts';
import { candidatesOf, candidateText, duration } from '../probes/transcripts.ts';
import { shareText, spanOfSpell, spellOf } from '../probes/window.ts';

/**
 * nslookup, dig or busybox nslookup gives another answer than the application
 * gets: whoever looks with it is misled.
 */
export const toolsDisagree: ProbeRule = {
  id: 'tools-disagree',
  severity: 'warning',
  about: 'probes',
  judge: ({ targets }) =>
    [...targets.values()].flatMap((target) => {
      const tools = [...target.models.values()].filter(({ model }) => partsOf(model) === undefined);
      return tools.flatMap(({ lookups }) => judgeTool(target, lookups)).slice(0, 1);
    }),
};

/** What both made of the name in one round. */
interface Both {
  at: number;
  app: ProbeLookup;
  tool: ProbeLookup;
}

function judgeTool(target: TargetRecord, lookups: readonly ProbeLookup[]): SubjectVerdict[] {
  const spell = spellOf(bothOf(appWindowOf(target)?.lookups ?? [], lookups), differ);
  const latest = spell?.bad.at(-1);
  if (!spell || !latest) return [];
  const { app, tool } = latest;
  const misleads = kindOf(tool.outcome) === 'found';
  return [
    {
      subject: target.name,
      severity: misleads && target.expect !== 'not-found' ? 'warning' : 'info',
      title: misleads
        ? `${tool.model} finds ${target.name}, the application does not`
        : `The application finds ${target.name}, ${tool.model} does not`,
      evidence: [
        `they differed in ${shareText(spell, 'lookups')}, last ${time(latest.at)}`,
        lookupText(app, target),
        lookupText(tool),
        ...lastNameText(app),
        ...lastNameText(tool),
      ],
      fix: fixOf(target, app, tool, misleads),
      ...spanOfSpell(spell),
    },
  ];
}

/** All models of a round begin together; each waits its turn for the budget. */
function bothOf(apps: readonly ProbeLookup[], tools: readonly ProbeLookup[]): Both[] {
  return apps.flatMap((app) => {
    const distance = (tool: ProbeLookup) => Math.abs(tool.at - app.at);
    const [tool] = tools.toSorted((a, b) => distance(a) - distance(b));
    // Each belongs to one round: the other's nearest has to be this one.
    const back = tool && apps.toSorted((a, b) => Math.abs(a.at - tool.at) - Math.abs(b.at - tool.at))[0];
    return tool && back === app ? [{ at: app.at, app, tool }] : [];
  });
}

const differ = ({ app, tool }: Both) => kindOf(app.outcome) !== kindOf(tool.outcome) && isTelling(app, tool);

/** That one fails and the other says that the name is not there is worth no word where neither finds it. */
function isTelling(app: ProbeLookup, tool: ProbeLookup): boolean {
  return app.outcome === 'ok' || tool.outcome === 'ok';
}

function lookupText(lookup: ProbeLookup, target?: TargetRecord): string {
  const { model, outcome, error, addresses, durationMs, queries } = lookup;
  const result =
    outcome === 'ok' ? addresses.slice(0, 3).join(' ') : `${outcome}${error === '' ? '' : ` (\`${error}\`)`}`;
  const known = target?.app ? `; ${target.app.because}` : '';
  return `${model}: ${result} after ${duration(durationMs)}, ${queries.length} ${queries.length === 1 ? 'query' : 'queries'}${known}`;
}

function lastNameText(lookup: ProbeLookup): string[] {
  const candidate = candidatesOf(lookup).at(-1);
  return candidate ? [`${lookup.model} asked for ${candidateText(candidate)}`] : [];
}

function fixOf({ name }: TargetRecord, app: ProbeLookup, tool: ProbeLookup, misleads: boolean): string {
  const both = `\`netdns-sidecar resolve ${name} --as ${app.model},${tool.model}\``;
  const libc = partsOf(app.model)?.family === 'go' ? '' : ` or \`getent ahosts ${name}\` in its own image`;
  return `Test with ${both}${libc}, not with ${tool.model}: it sends other queries, reads resolv.conf its own way and calls no resolver of the application's.${misleads ? ' What makes the application fail is in its own finding, and in the queries above.' : ''}`;
}
