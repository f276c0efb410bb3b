import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../src/commands/run.ts';
import { appFacts } from '../../src/diagnose/app-facts.ts';
import { diagnose } from '../../src/diagnose/diagnose.ts';
import { RULES } from '../../src/diagnose/rules.ts';
import { createJournal } from '../../src/journal/journal.ts';
import { type HttpServer, serve } from '../../src/serve/http.ts';
import type { View } from '../../src/serve/view.ts';
import { understand } from '../../src/watch/logs/understand.ts';
import { JUDGEMENT } from '../diagnose/judgement.ts';

const journal = createJournal(Date.now);
const findings = () =>
  diagnose(
    { apps: journal.apps(), sources: journal.sources() },
    {
      ...JUDGEMENT,
      now: Date.now(),
      failureWindow: 60_000,
      sourceStalled: 1,
    },
  );
const view: View = {
  journal,
  findings,
  lastFindings: findings,
  past: () => [],
  apps: () => journal.apps().map((app) => appFacts(app, { now: Date.now(), failureWindow: 60_000 })),
  ready: () => journal.apps().length > 0,
};
const faults: unknown[] = [];
let server: HttpServer;
let url: string;

beforeAll(async () => {
  server = await serve(view, { host: '127.0.0.1', port: 0 }, (fault) => faults.push(fault));
  url = `http://127.0.0.1:${server.address.port}`;
});
afterAll(() => server.close());

const log = (line: string) => understand(journal.app('app', '/var/log/app.log'), line, Date.now());
const metrics = async () => (await fetch(`${url}/metrics`)).text();

describe('before anything is known', () => {
  it('passes, lives, is not ready', async () => {
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect((await fetch(`${url}/livez`)).status).toBe(200);
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
  });

  it('has every finding at 0', async () => {
    const text = await metrics();
    for (const { id } of RULES)
      expect(text).toMatch(new RegExp(`netdns_finding_active\\{finding="${id}",severity="\\w+"\\} 0`));
    expect(text).toContain('netdns_health_status 0');
    expect(text).toMatch(/netdns_build_info\{version="[\d.]+",node="v\d+/);
  });
});

it('answers at each path that / lists, and README and run --help list the same', async () => {
  const listed = [...(await (await fetch(url)).text()).matchAll(/^(\/\w+)/gm)].map(([path]) => path);
  expect(listed).toContain('/kernel');
  const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
  for (const path of listed) {
    expect((await fetch(`${url}${path}`)).status).not.toBe(404);
    expect(readme).toContain(`\`${path}\``);
    expect(runCommand.help).toContain(path);
  }
});

it('tells of the kernel what was seen, null for what was not', async () => {
  expect(await (await fetch(`${url}/kernel`)).json()).toMatchObject({ namespace: null, looks: [] });
});

describe('when lookups fail', () => {
  beforeAll(() => {
    log('go package net: confVal.netCgo = true  netGo = false');
    log('go package net: using the cgo DNS resolver');
    log('go package net: hostLookupOrder(db) = cgo');
    log('lookup db: Try again');
  });

  it('fails, with the findings', async () => {
    const response = await fetch(`${url}/healthz`);
    expect(response.status).toBe(503);
    expect(response.headers.get('content-type')).toContain('application/health+json');
    expect(await response.json()).toMatchObject({
      status: 'fail',
      findings: expect.arrayContaining([expect.objectContaining({ id: 'musl-resolver-failing' })]),
    });
    expect((await fetch(`${url}/livez`)).status).toBe(200);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
  });

  it('counts', async () => {
    const text = await metrics();
    expect(text).toContain('netdns_app_lookups_total{order="cgo"} 1');
    expect(text).toContain('netdns_app_lookup_errors_total{resolver="cgo-musl",reason="try-again"} 1');
    expect(text).toContain('netdns_app_info{go_version="1.24+",libc="musl",linkage="unknown",cgo="true"} 1');
    expect(text).toContain('netdns_app_resolver_info{resolver="cgo",source="trace"} 1');
    expect(text).toContain('netdns_app_resolver_info{resolver="cgo-musl",source="error"} 1');
    expect(text).toContain('netdns_finding_active{finding="musl-resolver-failing",severity="critical"} 1');
    expect(text).toContain('netdns_health_status 2');
  });

  it('keeps a hostile host name out of labels and inside JSON strings', async () => {
    log('lookup a"b\\u001b[31m} 1\\nnetdns_evil 1: Try again');
    log(`lookup ${'x'.repeat(10_000)}: Try again`);
    expect(await metrics()).not.toContain('evil');
    const text = await (await fetch(`${url}/findings`)).text();
    expect(text.length).toBeLessThan(20_000);
    expect(JSON.parse(text)).toHaveProperty('open');
  });
});

describe('what is asked wrongly', () => {
  it.each([
    ['GET', '/nowhere', 404],
    ['POST', '/metrics', 405],
    ['GET', '/%E0%A4%A', 404],
    ['GET', '/healthz?fail-on=never', 400],
  ])('%s %s', async (method, path, status) => {
    const got = await new Promise<number | undefined>((resolve, reject) => {
      request(`${url}${path}`, { method }, (response) => resolve(response.resume().statusCode))
        .on('error', reject)
        .end();
    });
    expect(got).toBe(status);
  });

  it('a port that is taken is an error with a code', async () => {
    await expect(
      serve(view, { host: '127.0.0.1', port: server.address.port }, () => {}),
    ).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
  });

  it('no scrape waits for a client that says nothing', async () => {
    const silent = Array.from({ length: 20 }, () => connect(server.address.port, '127.0.0.1'));
    expect((await fetch(`${url}/livez`)).status).toBe(200);
    for (const socket of silent) socket.destroy();
  });
});

it('fail-on=warning makes a warning fail', async () => {
  expect((await fetch(`${url}/healthz?fail-on=warning`)).status).toBe(503);
});

it('a fault of our own is 500, told to the log and not to the client', async () => {
  const broken: View = {
    ...view,
    past: () => {
      throw new Error('secret');
    },
  };
  const other = await serve(broken, { host: '127.0.0.1', port: 0 }, (fault) => faults.push(fault));
  const response = await fetch(`http://127.0.0.1:${other.address.port}/findings`);
  expect([response.status, await response.text()]).toEqual([500, 'Internal Server Error\n']);
  expect(faults).toMatchObject([{ message: 'secret' }]);
  await other.close();
});
