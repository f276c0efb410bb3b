// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of docker build and the shell
import { describe, expect, test } from 'vitest';
import { expander, isOpen } from '../../src/dockerfile/expand.ts';

const VALUES: Readonly<Record<string, string>> = { A: '1', EMPTY: '', SPACED: 'a b' };
const lookup = (name: string) => VALUES[name];

describe('expander', () => {
  test.each([
    ['golang:${A}-alpine', 'golang:1-alpine'],
    ['"a $A"\'$A\'', 'a 1$A'],
    ['"it\'s $A\'s"', "it's 1's"],
    ['\\$A"\\q\\""', '$A\\q"'],
    ['a\\\nb', 'ab'],
    ['${NONE:-d${A}}', 'd1'],
    ['${EMPTY:-z}${EMPTY-z}', 'z'],
    ['${A:+y}', 'y'],
    ['${SPACED}', 'a b'],
    // What the text does not tell stays as it is.
    ['$NONE${NONE}', '$NONE${NONE}'],
    ['${A#v}', '${A#v}'],
    ['$(pwd $A)/$A', '$(pwd $A)/1'],
    ['`pwd`$A', '`pwd`1'],
    ['${', '${'],
    ['$', '$'],
    ['\\', '\\'],
  ])('%s', (word, expanded) => {
    expect(expander()(word, lookup)).toBe(expanded);
  });

  test('whatever only the build knows is open', () => {
    expect(['$X', 'a`b`', 'plain'].map(isOpen)).toEqual([true, true, false]);
  });

  test('variables that double end in an error that names the limit', () => {
    const expand = expander();
    let value = 'x'.repeat(1000);
    expect(() => {
      for (let line = 0; line < 100; line++) value = expand('$V$V', () => value);
    }).toThrow('1048576');
  });
});
