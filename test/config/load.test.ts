import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config/config-error.ts';
import { parseDuration } from '../../src/config/duration.ts';
import { environmentLayer, flagsLayer } from '../../src/config/layers.ts';
import { parseListenAddress } from '../../src/config/listen-address.ts';
import { loadConfig, readConfigFile } from '../../src/config/load.ts';

const directory = mkdtempSync(join(tmpdir(), 'netdns-config-'));

async function load(yaml: string) {
  const file = join(directory, 'netdns.yaml');
  writeFileSync(file, yaml);
  return loadConfig([await readConfigFile(file)]);
}

describe('the configuration', () => {
  it('has a default for everything', () => {
    expect(loadConfig([])).toMatchObject({ logs: [], listen: ':9653', logLevel: 'info' });
  });

  it('is read from YAML', async () => {
    const config = await load(
      'logs: [{file: /var/log/app/*.log, from: end}, {stdin: true}, {fifo: /run/x}]\n',
    );
    expect(config.logs).toEqual([
      { file: '/var/log/app/*.log', from: 'end' },
      { stdin: true },
      { fifo: '/run/x' },
    ]);
  });

  it('takes environment over file, and flags over environment', () => {
    const config = loadConfig([
      environmentLayer({ NETDNS_LISTEN: ':1', NETDNS_LOGS: '/a,/b', NETDNS_FAILURE_WINDOW: '9s' }),
      flagsLayer({ listen: ':2' }),
    ]);
    expect(config).toMatchObject({
      listen: ':2',
      logs: [{ file: '/a' }, { file: '/b' }],
      thresholds: { failureWindow: '9s' },
    });
  });

  it('takes what to probe from the environment', () => {
    const environment = { NETDNS_PROBE_TARGETS: 'a.test,b.test', NETDNS_PROBE_MODELS: 'app,dig' };
    const config = loadConfig([environmentLayer({ ...environment, NETDNS_PROBE_INTERVAL: '5s' })]);
    expect(config.probes).toEqual({
      enabled: true,
      interval: '5s',
      budget: 20,
      models: ['app', 'dig'],
      targets: [
        { name: 'a.test', expect: 'found' },
        { name: 'b.test', expect: 'found' },
      ],
      discover: { max: 10 },
    });
    expect(loadConfig([environmentLayer({ NETDNS_PROBES_ENABLED: 'false' })]).probes.enabled).toBe(false);
  });

  it('merges maps key by key', () => {
    const config = loadConfig([
      { input: { thresholds: { sourceStalled: '1s' } }, where: () => 'x' },
      flagsLayer({ thresholds: { failureWindow: '2s' } }),
    ]);
    expect(config.thresholds).toMatchObject({ sourceStalled: '1s', failureWindow: '2s', slowQuery: '1s' });
  });
});

describe('a wrong configuration is told by file, line, key and what was expected', () => {
  it.each([
    [
      'listen: :1\nlisten2: x\n',
      /netdns\.yaml line 2: listen2 is unknown; expected logs, target, probes, node, proc, root, listen/,
    ],
    ['\n\nlisten: 5\n', /line 3: listen is 5; expected an address such as :9653/],
    ['logs:\n - file: a\n - fil: b\n', /line 3: logs\.1\.file is missing|line 3: logs\.1\.fil is unknown/],
    ['logs:\n - file: a\n   from: middle\n', /line 3: logs\.0\.from is "middle"; expected `start` or `end`/],
    ['logs: /var/log/x\n', /line 1: logs is "\/var\/log\/x"; expected a list of log sources/],
    ['thresholds:\n  failureWindow: 5\n', /line 2: thresholds\.failureWindow is 5; expected a duration/],
    [
      'thresholds:\n  window: 5m\n',
      /line 2: thresholds\.window is unknown; expected failureWindow, sourceStalled/,
    ],
    [
      'thresholds: {conntrackRatio: 1.5}\n',
      /line 1: thresholds\.conntrackRatio is 1\.5; expected a ratio over 0/,
    ],
    ['target: {pid: 0}\n', /line 1: target\.pid is 0; expected `auto` or a process id/],
    ['node:\n  metricsUrl: ftp://a\n', /line 2: node\.metricsUrl is "ftp:.*; expected an http/],
    ['target: {exe: bin/app}\n', /line 1: target\.exe is "bin\/app"; expected an absolute path/],
    ['target: {resolver: Go}\n', /line 1: target\.resolver is "Go"; expected `go` or `cgo`/],
    ['probes:\n  interval: 50ms\n', /line 2: probes\.interval is "50ms"; expected 100ms or longer/],
    [
      'probes:\n  models: [app, go-9]\n',
      /line 2: probes\.models\.1 is "go-9"; expected app, go-1\.24, glibc/,
    ],
    ['probes: {models: []}\n', /line 1: probes\.models is 0; expected at least one model/],
    ['probes:\n  targets:\n  - nam: x\n', /line 3: probes\.targets\.0\.nam/],
    ['probes: {targets: [{name: "a b"}]}\n', /targets\.0\.name is "a b"; expected a host name/],
    ['probes: {targets: [{name: a, expect: no}]}\n', /expect is "no"; expected `found` or `not-found`/],
    ['probes: {discover: {max: -1}}\n', /discover\.max is -1; expected a number of names, 0 \(none\) to 100/],
    ['probes: {budget: 0}\n', /budget is 0; expected queries a second/],
    ['a: [1\n', /line [12]: not YAML/],
    ['- 1\n', /line 1: 0 is unknown; expected logs/],
  ])('%j', async (yaml, message) => {
    await expect(load(yaml)).rejects.toThrow(message);
    await expect(load(yaml)).rejects.toBeInstanceOf(ConfigError);
  });

  it('names a file that is not there', async () => {
    await expect(readConfigFile(join(directory, 'absent.yaml'))).rejects.toThrow(
      /absent\.yaml: cannot be read.*--config/,
    );
  });

  it('names the variable or the flag of a key below', () => {
    const environment = environmentLayer({ NETDNS_PROBES_ENABLED: 'no' });
    expect(() => loadConfig([environment])).toThrow(
      /NETDNS_PROBES_ENABLED: probes\.enabled is "no"; expected/,
    );
    const flags = flagsLayer({ probes: { interval: 'often' } });
    expect(() => loadConfig([flags])).toThrow(/--probe-interval: probes\.interval is "often"/);
  });

  it('names the variable', () => {
    expect(() => loadConfig([environmentLayer({ NETDNS_LISTEN: 'nowhere' })])).toThrow(/NETDNS_LISTEN/);
  });

  it('is not undone by a YAML bomb', async () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefgh'
        .split('')
        .map(
          (k, i) =>
            `${k}: &${k} [${'*abcdefg'[0]}${'abcdefg'[i]},*${'abcdefg'[i]},*${'abcdefg'[i]},*${'abcdefg'[i]},*${'abcdefg'[i]}]`,
        ),
    ].join('\n');
    await expect(load(bomb)).rejects.toBeInstanceOf(ConfigError);
  });
});

it('durations and addresses', () => {
  expect([parseDuration('500ms'), parseDuration('1.5s'), parseDuration('5m'), parseDuration('2h')]).toEqual([
    500, 1500, 300_000, 7_200_000,
  ]);
  expect([parseDuration('5'), parseDuration('-1s'), parseDuration('')]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(parseListenAddress(':9653')).toEqual({ port: 9653 });
  expect(parseListenAddress('[::1]:80')).toEqual({ host: '::1', port: 80 });
  expect(parseListenAddress('localhost:0')).toEqual({ host: 'localhost', port: 0 });
  expect([parseListenAddress('9653'), parseListenAddress(':70000'), parseListenAddress('::1:9')]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
