import { expect, it } from 'vitest';
import { encodeQuery } from '../../../src/dns/query.ts';
import type { ScriptedQuery } from '../../../src/dns/script.ts';
import { readHeader, readQuestion, readRecord } from '../../../src/dns/wire.ts';
import { modelOf } from '../../../src/resolver/models.ts';
import { NXDOMAIN, OK, truncated } from '../../scenarios/rules.ts';
import { runScenario } from '../../scenarios/run-scenario.ts';
import { scenario } from '../../scenarios/scenario.ts';

const COOKIE = 10;

async function dig(options: Parameters<typeof scenario>[2]) {
  const model = modelOf('dig');
  if ('error' in model) throw new Error(model.error);
  const { records } = await runScenario(scenario('case', '', options), model);
  const [record] = records;
  if (!record) throw new Error('no record');
  return record;
}

/** Data of a query's OPT record. */
function optionsOf({ message }: ScriptedQuery): Buffer {
  const question = readQuestion(message, 12);
  const opt = question && readRecord(message, question.end);
  return Buffer.from(opt ? message.subarray(opt.dataAt, opt.end) : []);
}

it('asks for one type as it is, with EDNS 1232, AD and a cookie', async () => {
  const seen: ScriptedQuery[] = [];
  const { queries, addresses } = await dig({
    server: (query) => {
      seen.push(query);
      return OK;
    },
    conf: 'search a.test\n',
    name: 'web',
  });
  expect(queries.map(({ name, type, edns }) => [name, type, edns])).toEqual([['web', 'A', 1232]]);
  expect(addresses).toEqual(['192.0.2.10']);
  const [query] = seen;
  if (!query) throw new Error('no query');
  expect(readHeader(query.message)).toMatchObject({ authenticData: true, recursionDesired: true });
  expect(optionsOf(query).readUInt16BE(0)).toBe(COOKIE);
  expect(optionsOf(query)).toHaveLength(12);
});

it('shows the status of what has no address', async () => {
  const { outcome, error } = await dig({ server: NXDOMAIN });
  expect(outcome).toBe('not-found');
  expect(error).toMatch(/^;; ->>HEADER<<- opcode: QUERY, status: NXDOMAIN, id: \d+$/);
});

it('gives a server back the cookie it got over UDP', async () => {
  const overTcp: Buffer[] = [];
  await dig({
    server: (query) => {
      if (query.proto === 'tcp') overTcp.push(optionsOf(query));
      if (query.proto === 'tcp') return OK;
      const cookie = Buffer.concat([optionsOf(query), Buffer.from('servers!')]);
      cookie.writeUInt16BE(16, 2);
      // RFC 6891 section 6.1.2: TC, one question, one OPT record with the whole cookie.
      const reply = encodeQuery({
        id: readHeader(query.message)?.id ?? 0,
        labels: ['host', 'test'],
        type: 1,
        edns: 1232,
        options: cookie,
      });
      reply[2] = 0x83;
      return { raw: reply };
    },
  });
  expect(overTcp.map((options) => options.subarray(12).toString())).toEqual(['servers!']);
});

it('takes what stands for a type for one: the root is asked for', async () => {
  const { queries } = await dig({ server: truncated(OK), name: 'mx' });
  expect(queries[0]).toMatchObject({ name: '', type: 'NS' });
});
