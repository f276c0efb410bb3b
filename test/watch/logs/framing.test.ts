import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFrameDecoder } from '../../../src/watch/logs/framing.ts';
import { cpuMs, filledWith } from './cpu-time.ts';

const TIME = '2016-10-06T00:17:09.669794202Z';
const AT = Date.UTC(2016, 9, 6, 0, 17, 9, 669);
const LIMIT = 64 * 1024;

type Stream = 'stdout' | 'stderr';
const cri = (text: string, tag = 'F', stream: Stream = 'stdout') => `${TIME} ${stream} ${tag} ${text}`;
const docker = (log: string, stream: Stream = 'stdout') => JSON.stringify({ log, stream, time: TIME });

/** What comes out of the lines, one after the other. */
function decodeAll(lines: string[]) {
  const decoder = createFrameDecoder();
  return lines.flatMap((line) => decoder.decode(line).record ?? []);
}

describe('a line in its frame', () => {
  // containerd's from kubernetes/kubernetes, pkg/kubelet/kuberuntime/logs/logs_test.go; Docker's as its documentation shows.
  it.each([
    [`${TIME} stdout F hello world`, { text: 'hello world', stream: 'stdout', at: AT }],
    [
      '2016-10-20T18:39:20.57606443Z stderr F x',
      { text: 'x', stream: 'stderr', at: Date.UTC(2016, 9, 20, 18, 39, 20, 576) },
    ],
    ['2016-10-06T02:17:09.669794202+02:00 stdout F:a:b x  y ', { text: 'x  y ', stream: 'stdout', at: AT }],
    ['2016-10-06T00:17:09Z stdout F ', { text: '', stream: 'stdout', at: AT - 669 }],
    ['2016-10-06T00:17:09Z stdout F', { text: '', stream: 'stdout', at: AT - 669 }],
    [
      `{"log":"a \\u003e b\\n","stream":"stderr","time":"${TIME}"}`,
      { text: 'a > b', stream: 'stderr', at: AT },
    ],
    [
      `{"time": "${TIME}", "attrs":{"tag":"x"}, "stream": "stdout", "log": "a\\n"}`,
      { text: 'a', stream: 'stdout', at: AT },
    ],
  ])('%s', (line, record) => {
    expect(createFrameDecoder().decode(line)).toEqual({ record, open: false });
  });

  it.each([
    '',
    'lookup api: no such host',
    `${TIME} stdout X text`,
    `${TIME} stdin F text`,
    '2016-99-06T00:17:09Z stdout F text',
    `pod/app ${TIME} stdout F text`,
    `{"log":"half an object","stream":"stderr","time":"${TIME}"`,
    `{"log":"a line that fluent-bit wrote","stream":"stderr","time":"${TIME}","logtag":"F"}`,
    `{"log":"no such stream","stream":"x","time":"${TIME}"}`,
    `{"log":{},"stream":"stderr","time":"${TIME}"}`,
    '{"log":"no such time","stream":"stderr","time":"soon"}',
    `["log","stream","time"]`,
  ])('is plain text otherwise: %s', (line) => {
    expect(createFrameDecoder().decode(line)).toEqual({ record: { text: line }, open: false });
  });
});

describe('the parts of a line', () => {
  it('are joined for each output apart, and what is between them is not held up', () => {
    const decoder = createFrameDecoder();
    expect(decoder.decode(cri('dial tcp: look', 'P', 'stderr'))).toEqual({ open: true });
    expect(decoder.decode(cri('one ', 'P'))).toEqual({ open: true });
    expect(decoder.decode('plain')).toEqual({ record: { text: 'plain' }, open: true });
    expect(decoder.decode(cri('two'))).toEqual({
      record: { text: 'one two', stream: 'stdout', at: AT },
      open: true,
    });
    expect(decoder.decode(cri('three'))).toEqual({
      record: { text: 'three', stream: 'stdout', at: AT },
      open: true,
    });
    expect(decoder.decode(cri('up a: no such host', 'F', 'stderr')).record?.text).toBe(
      'dial tcp: lookup a: no such host',
    );
    expect(decoder.decode(cri('four')).open).toBe(false);
  });

  it('are given out by flush, once, where no end came', () => {
    const decoder = createFrameDecoder();
    decoder.decode(cri('one', 'P'));
    decoder.decode(docker('two', 'stderr'));
    expect(decoder.flush()).toEqual([
      { text: 'one', stream: 'stdout', at: AT },
      { text: 'two', stream: 'stderr', at: AT },
    ]);
    expect(decoder.flush()).toEqual([]);
    expect(decoder.decode(cri('three'))).toEqual({
      record: { text: 'three', stream: 'stdout', at: AT },
      open: false,
    });
  });

  it.each([
    ['long', 'x'.repeat(1000), Math.ceil(LIMIT / 1000)],
    ['empty', '', 1024],
  ])('that never end are given out at the limit, and dropped until they do: %s ones', (_, part, limit) => {
    const decoder = createFrameDecoder();
    const records: string[] = [];
    for (let i = 0; i < 5 * limit; i++) {
      const { record, open } = decoder.decode(cri(part, 'P'));
      if (record) records.push(record.text);
      expect(open).toBe(true);
    }
    expect(records).toEqual([part.repeat(limit).slice(0, LIMIT)]);
    expect(decoder.flush()).toEqual([]);
    for (let i = 0; i < limit; i++) decoder.decode(cri(part, 'P'));
    expect(decoder.decode(cri('end'))).toEqual({ open: false });
    expect(decoder.decode(cri('next'))).toEqual({
      record: { text: 'next', stream: 'stdout', at: AT },
      open: false,
    });
  });

  it('give the very line, wherever the runtime cut it', () => {
    const line = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 60 })
      .map((text) => text.replaceAll('\n', ' '));
    const cut = fc.tuple(line, fc.array(fc.nat(60), { maxLength: 5 })).map(([text, cuts]) => {
      const places = [
        0,
        ...cuts.map((place) => Math.min(place, text.length)).toSorted((a, b) => a - b),
        text.length,
      ];
      return { text, parts: places.slice(1).map((end, i) => text.slice(places[i], end)) };
    });
    const framings = {
      cri: (part: string, last: boolean, stream: Stream) => cri(part, last ? 'F' : 'P', stream),
      docker: (part: string, last: boolean, stream: Stream) => docker(last ? `${part}\n` : part, stream),
    };
    fc.assert(
      fc.property(
        fc.constantFrom('cri', 'docker'),
        cut,
        cut,
        fc.infiniteStream(fc.boolean()),
        (kind, out, err, turns) => {
          const lines = (parts: string[], stream: Stream) =>
            parts.map((part, i) => framings[kind](part, i === parts.length - 1, stream));
          const texts = decodeAll(interleave(lines(out.parts, 'stdout'), lines(err.parts, 'stderr'), turns));
          expect(texts.find(({ stream }) => stream === 'stdout')?.text).toBe(out.text);
          expect(texts.find(({ stream }) => stream === 'stderr')?.text).toBe(err.text);
          expect(texts.length).toBe(2);
        },
      ),
    );
  });
});

function interleave(a: string[], b: string[], turns: Iterable<boolean>): string[] {
  const mixed: string[] = [];
  const [left, right] = [[...a], [...b]];
  for (const turn of turns) {
    const next = (turn ? left.shift() : right.shift()) ?? left.shift() ?? right.shift();
    if (next === undefined) break;
    mixed.push(next);
  }
  return mixed;
}

describe('a hostile line', () => {
  it.each([
    '{',
    '{"stream"',
    '[',
    ' ',
    ':',
    '1',
    `${TIME} `,
    `${TIME} stdout P:`,
    '{"stream":{"time":{"log":',
  ])('takes time in proportion to its length: 64 KiB of %j', (piece) => {
    const line = filledWith(piece);
    const decoder = createFrameDecoder();
    expect(cpuMs(() => decoder.decode(line))).toBeLessThan(250);
    expect(cpuMs(() => decoder.decode(`{"stream":"stdout","time":"${TIME}","log":${line}`))).toBeLessThan(
      250,
    );
  });
});
