import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseNsswitch, standardCriteria } from '../../src/golang/nsswitch.ts';

const names = (text: string) => parseNsswitch(text).sources.map(({ source }) => source);

describe('nsswitch.conf as Go reads it', () => {
  it.each([
    ['hosts: files dns', ['files', 'dns']],
    ['  hosts :\t files   dns\r', ['files', 'dns']],
    ['hosts: files # dns', ['files']],
    ['hosts: files\nhosts: dns', ['files', 'dns']],
    ['Hosts: files', []],
    ['hosts: Files', ['Files']],
    ['hosts: files\tdns', ['files\tdns']],
    ['hosts: files[NOTFOUND=return] dns', ['files[NOTFOUND=return]', 'dns']],
    ['hosts: files [NOTFOUND=return] [TRYAGAIN=return] dns', ['files', '[TRYAGAIN=return]', 'dns']],
    ['hosts: [NOTFOUND=return] files', ['[NOTFOUND=return]', 'files']],
    ['hosts: files [ NOTFOUND=return ]dns', ['files', 'dns']],
    ['', []],
  ])('%j', (text, sources) => {
    expect(names(text)).toEqual(sources);
  });

  it.each([
    ['passwd: files\nhosts files dns', 2, 'colon'],
    ['hosts: files [NOTFOUND=return dns', 1, 'not closed'],
    ['hosts: files\nshadow: files [x]', 2, 'STATUS=ACTION'],
    ['hosts: files [!a=]', 1, 'STATUS=ACTION'],
  ])('gives %j up at line %i', (text, line, reason) => {
    const { broken } = parseNsswitch(text);
    expect(broken).toMatchObject({ line });
    expect(broken?.reason).toContain(reason);
  });

  it('stops at a line that does not fit its buffer', () => {
    const long = (length: number) => `hosts: files\n#${'x'.repeat(length - 1)}\nhosts: dns`;
    expect(names(long(65_535))).toEqual(['files', 'dns']);
    expect(names(long(65_536))).toEqual(['files']);
  });

  it.each([
    ['[SUCCESS=return]', true],
    ['[NOTFOUND=return]', true],
    ['[NOTFOUND=return UNAVAIL=continue]', false],
    ['[unavail=CONTINUE NOTFOUND=return]', true],
    ['[!UNAVAIL=return]', false],
    ['[SUCCESS=merge]', false],
    ['[SOMETHING=return]', false],
    ['[]', true],
  ])('takes files %s for standard: %s', (criteria, standard) => {
    const [source] = parseNsswitch(`hosts: files ${criteria}`).sources;
    expect(source && standardCriteria(source)).toBe(standard);
  });

  const word = fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/);
  const criterion = fc
    .tuple(fc.boolean(), word, word)
    .map(([negate, status, action]) => ({ negate, status: `${status}xx`, action }));
  const sources = fc.array(fc.record({ source: word, criteria: fc.array(criterion, { maxLength: 3 }) }), {
    minLength: 1,
  });

  it('reads back what was written, whatever stands around it', () => {
    fc.assert(
      fc.property(sources, fc.constantFrom('', 'passwd: files\n', '# hosts: x\n\n'), (written, before) => {
        const text = written.map(({ source, criteria }) => {
          const block = criteria.map(
            ({ negate, status, action }) => `${negate ? '!' : ''}${status.toUpperCase()}=${action}`,
          );
          return block.length > 0 ? `${source} [${block.join(' ')}]` : source;
        });
        const line = before.split('\n').length;
        const expected = written.map((each) => ({ ...each, line }));
        expect(parseNsswitch(`${before}hosts: ${text.join(' ')}\n`).sources).toMatchObject(expected);
      }),
    );
  });

  it('takes any bytes', () => {
    const unit = fc.constantFrom(
      'hosts',
      ':',
      ' ',
      '[',
      ']',
      '=',
      '!',
      '#',
      '\n',
      '\t',
      '\r',
      'dns',
      '\xff',
      '\0',
    );
    fc.assert(
      fc.property(fc.string({ unit }), (text) => {
        const { sources: read, broken } = parseNsswitch(text);
        const lines = text.split('\n').length;
        for (const { line } of [...read, ...(broken ? [broken] : [])])
          expect(line).toBeLessThanOrEqual(lines);
      }),
    );
  });
});
