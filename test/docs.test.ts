/** What the documentation says is what the code does: names, texts, examples and links. */

import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { CONFIG_OPTIONS } from '../src/commands/config-options.ts';
import { loadConfig } from '../src/config/load.ts';
import { KNOWN_KEYS } from '../src/config/schema.ts';
import { diagnose } from '../src/diagnose/diagnose.ts';
import { RULES } from '../src/diagnose/rules.ts';
import { BUILD_FINDINGS } from '../src/dockerfile/advice-finding.ts';
import { ERROR_TEXTS } from '../src/golang/error-texts.ts';
import { createAppRecord } from '../src/journal/app-record.ts';
import { createJournal } from '../src/journal/journal.ts';
import { REASONS } from '../src/kinds.ts';
import { ERRNO_REASONS } from '../src/libc/errno-texts.ts';
import { modelOf } from '../src/resolver/models.ts';
import { createMetrics } from '../src/serve/metrics.ts';
import { understand } from '../src/watch/logs/understand.ts';
import { JUDGEMENT } from './diagnose/judgement.ts';

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** The contents of the fenced blocks of one language. */
function blocks(markdown: string, language: string): string[] {
  return [...markdown.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(
    ([, block = '']) => block,
  );
}

/** The lines of a document that are none of a fenced block's. */
const prose = (markdown: string) => markdown.replace(/^```[\s\S]*?^```$/gm, '');
const headings = (markdown: string) => [...prose(markdown).matchAll(/^#+ .*$/gm)].map(([line]) => line);

/** The part of a document under a heading of the second level. */
function section(markdown: string, title: string): string {
  return markdown.split(/^## /m).find((part) => part.startsWith(`${title}\n`)) ?? '';
}

/** What a log tells when it is read line by line. */
function logged(log: string) {
  const app = createAppRecord('app.log');
  for (const line of log.trim().split('\n')) {
    app.lines++;
    understand(app, line, 0);
  }
  return app;
}

describe('docs/findings', () => {
  const ids = [...RULES.map(({ id }) => id), ...BUILD_FINDINGS];
  const ofLogs = new Set([
    ...RULES.filter(({ about }) => about === 'app').map(({ id }) => id),
    // The binary tells these too.
    ...['loader-missing', 'cgo-resolver-in-use'],
  ]);

  it('has a page for each rule and each finding about a build, and no other', () => {
    const pages = globSync('docs/findings/*', { cwd: root }).map((file) => basename(file));
    expect(pages.toSorted()).toEqual(ids.map((id) => `${id}.md`).toSorted());
  });

  describe.each(ids)('%s', (id) => {
    const page = read(`docs/findings/${id}.md`);

    it('has the headings that every page has, and stands in docs/health.md', () => {
      expect(read('docs/health.md')).toContain(`[${id}](findings/${id}.md)`);
      expect(headings(page)).toEqual([
        `# ${id}`,
        '## What it means',
        '## How it was seen',
        '## Confirm by hand',
        '## Fix now',
        '## Fix for good',
        '## References',
      ]);
    });

    it('shows logs that open it', () => {
      const logs = blocks(page, 'log');
      if (ofLogs.has(id)) expect(logs).not.toEqual([]);
      for (const log of logs) {
        const known = { apps: [logged(log)], sources: [] };
        const found = diagnose(known, {
          ...JUDGEMENT,
          now: 0,
          failureWindow: 1,
          sourceStalled: 1,
        });
        expect(found.map((finding) => finding.id)).toContain(id);
      }
    });
  });
});

it('names only models that there are in its commands', () => {
  const pages = globSync('{README.md,docs/**/*.md}', { cwd: root }).map(read);
  const lists = pages.flatMap((page) => [...page.matchAll(/netdns-sidecar resolve [^`\n]*--as ([\w.,-]+)/g)]);
  const models = lists.flatMap(([, list = '']) => list.split(',')).filter((model) => model !== 'MODEL');
  expect(models.length).toBeGreaterThan(30);
  for (const model of models) expect(modelOf(model)).toMatchObject({ name: expect.any(String) });
});

describe('docs/reasons.md', () => {
  const page = read('docs/reasons.md');

  it('has a section for each reason, in their order', () => {
    expect(headings(page)).toEqual([
      '# Reasons',
      ...REASONS.map((reason) => `## ${reason}`),
      '## Which resolver said it',
      '## By hand',
    ]);
    for (const reason of REASONS) expect(page).toContain(`| [\`${reason}\`](#${reason}) |`);
  });

  it.each([
    ...ERROR_TEXTS.map(({ text, reason }) => [text, reason] as const),
    ...Object.entries(ERRNO_REASONS),
  ])('has %j under %s', (text, reason) => {
    expect(section(page, reason)).toContain(text);
  });

  const rows = [...page.matchAll(/^\| `([^`]+)` \| ([\w-]+) \| (certain|high|medium|none) \|/gm)];
  it.each(rows.map((row) => row.slice(1)))('%s: %s, %s', (text = '', resolver, certainty) => {
    expect(logged(text).errors.entries()).toMatchObject([{ resolver, certainty }]);
  });
});

describe('docs/metrics.md', () => {
  const page = read('docs/metrics.md');
  const nothing = () => [];
  const view = {
    journal: createJournal(Date.now),
    findings: nothing,
    lastFindings: nothing,
    past: nothing,
    apps: nothing,
  };
  const registry = createMetrics({ ...view, ready: () => true });
  // prom-client's types leave the label names out.
  const metrics = registry.getMetricsAsArray() as unknown as { name: string; labelNames: string[] }[];
  const own = metrics.filter(({ name }) => !/^(?:process|nodejs)_/.test(name));

  it('has each metric with its labels and type, and no other', () => {
    const registered = own.map((metric) => {
      const labels = metric.labelNames.length > 0 ? `{${metric.labelNames.join(',')}}` : '';
      return `| \`${metric.name}${labels}\` | ${metric.constructor.name.toLowerCase()} |`;
    });
    const documented = [...page.matchAll(/^\| `netdns_[^`]+` \| \w+ \|/gm)].map(([row]) => row);
    expect(documented.toSorted()).toEqual(registered.toSorted());
  });

  it('names no other metric, and every reason', () => {
    const names = own.map(({ name }) => name);
    for (const [name] of page.matchAll(/netdns_\w+?(?=_bucket\b|_sum\b|_count\b|\b)/g))
      expect(names).toContain(name);
    for (const reason of REASONS) expect(page).toContain(`\`${reason}\``);
  });
});

describe('docs/configuration.md', () => {
  const page = read('docs/configuration.md');
  const table = section(page, 'Keys, variables, flags');
  const inTable = (pattern: RegExp) => new Set([...table.matchAll(pattern)].map(([, name]) => name));

  it('has each key, and no other', () => {
    const prefixes = {
      '': '',
      logs: 'logs[].',
      target: 'target.',
      probes: 'probes.',
      targets: 'probes.targets[].',
      discover: 'probes.discover.',
      node: 'node.',
      thresholds: 'thresholds.',
    };
    expect(Object.keys(prefixes)).toEqual(Object.keys(KNOWN_KEYS));
    const keys = Object.entries(prefixes).flatMap(([map, prefix]) =>
      (KNOWN_KEYS[map]?.match(/\b(?!with\b)[a-zA-Z]+/g) ?? []).map((key) => `${prefix}${key}`),
    );
    const leaves = keys.filter((key) => key === 'logs' || !keys.some((other) => other.startsWith(`${key}.`)));
    expect(inTable(/^\| `([^`]+)` \|/gm)).toEqual(new Set(leaves));
  });

  it('has each flag and each variable, and no other', () => {
    const flags = [...Object.keys(CONFIG_OPTIONS), 'print-config'];
    expect(inTable(/`--([a-z-]+)/g)).toEqual(new Set(flags));
    const sources = ['src/config/layers.ts', 'src/commands/config-options.ts'].map(read).join();
    expect(inTable(/`(NETDNS_[A-Z_]+)`/g)).toEqual(new Set(sources.match(/NETDNS(?:_[A-Z]+)+/g)));
  });

  it('has the defaults, and examples that are taken', () => {
    const [defaults, ...examples] = blocks(page, 'yaml').map((block) => parse(block) as unknown);
    expect(defaults).toEqual(loadConfig([]));
    expect(examples.length).toBeGreaterThan(2);
    for (const input of examples) loadConfig([{ input, where: () => 'an example' }]);
  });
});

it('docs/explain.md shows what explain --json prints', () => {
  const page = read('docs/explain.md');
  const directory = mkdtempSync(join(tmpdir(), 'netdns-docs-'));
  const [log = ''] = blocks(page, 'log');
  const [json = ''] = blocks(page, 'json');
  writeFileSync(join(directory, 'app.log'), log);
  const cli = [join(root, 'src/cli.ts'), 'explain', '--json', 'app.log'];
  const { stdout } = spawnSync(process.execPath, cli, { cwd: directory, encoding: 'utf8' });
  expect(JSON.parse(stdout)).toEqual(JSON.parse(json));
});

describe('links lead somewhere', () => {
  const pages = globSync(['*.md', 'docs/**/*.md'], { cwd: root });
  const links = pages.flatMap((page) =>
    [...prose(read(page)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => ({ page, target })),
  );
  /** As GitHub makes it of a heading. */
  const anchor = (heading: string) =>
    heading
      .replace(/^#+ |[^\w\- ]/g, '')
      .replaceAll(' ', '-')
      .toLowerCase();

  const within = links.filter(({ target }) => !target.startsWith('https://'));
  it.each(within)('$page: $target', ({ page, target }) => {
    const [path = '', fragment] = target.split('#');
    const file = path === '' ? page : join(dirname(page), path);
    expect(existsSync(join(root, file))).toBe(true);
    if (fragment !== undefined) expect(headings(read(file)).map(anchor)).toContain(fragment);
  });
});
