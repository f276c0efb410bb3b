import { type Command, forEachChild, type HereDoc, parse, type SyntaxNode, type Word } from 'unbash';
import type { At } from './dockerfile-facts.ts';

/**
 * The shell of RUN is read by unbash: it tells positions, so lines, keeps the nesting of compound commands, here-documents
 * and substitutions, and goes on behind what it cannot parse. shell-quote takes a newline for a space, and tells no
 * position; sh-syntax is a WASM of 1 MB; bash-parser is kept no longer.
 */

/** A simple command. Words are as written, with their quotes. */
export interface ScriptCommand {
  line: number;
  assignments: readonly { name: string; value: string }[];
  words: readonly At<string>[];
  /** What its output is redirected to. */
  outputs: readonly At<string>[];
  /** Here-document that it reads. */
  input?: At<string>;
  /** Within `if`, `case` or a loop: whether it runs, the text does not tell. */
  isConditional: boolean;
}

export interface ScriptVisitor {
  command(command: ScriptCommand): void;
  /** A subshell: what `inner` visits changes nothing for what comes after. */
  subshell(inner: () => void): void;
}

/** unbash looks for the ends of here-documents of one line in the square of their number. */
const HEREDOC_LIMIT = 64;

const SUBSTITUTION_DEPTH = 8;

const BRANCHES: ReadonlySet<SyntaxNode['type']> = new Set([
  'If',
  'Case',
  'For',
  'While',
  'Select',
  'ArithmeticFor',
  'Function',
]);
const SUBSHELLS: ReadonlySet<SyntaxNode['type']> = new Set([
  'Subshell',
  'CommandExpansion',
  'ProcessSubstitution',
]);

/** Visits the commands of a shell script in the order they are written in; false: not all of it can be read. */
export function visitScript(text: string, firstLine: number, visitor: ScriptVisitor): boolean {
  if (text.split('<<', HEREDOC_LIMIT + 2).length > HEREDOC_LIMIT + 1) return false;
  const lineAt = lineFinder(text, firstLine);
  const script = parse(text);

  let isWhole = true;
  let substitutions = 0;

  function visit(node: SyntaxNode, isConditional: boolean): void {
    // Positions within backquotes that hold escapes are not those of the text.
    if (node.type === 'Script' && node.source !== undefined) return;
    if (node.type === 'Command') visitor.command(commandOf(node, isConditional, lineAt));
    const children = () =>
      forEachChild(node, (child) => visit(child, isConditional || BRANCHES.has(node.type)));
    // unbash reads a substitution when it is asked for, each of those that surround it again.
    if (!SUBSHELLS.has(node.type)) children();
    else if (substitutions === SUBSTITUTION_DEPTH) isWhole = false;
    else {
      substitutions++;
      visitor.subshell(children);
      substitutions--;
    }
  }

  visit(script, false);
  return isWhole && script.errors === undefined;
}

function commandOf(
  node: Command,
  isConditional: boolean,
  lineAt: (position: number) => number,
): ScriptCommand {
  const wordOf = ({ text, pos }: Pick<Word, 'text' | 'pos'>): At<string> => ({
    value: text,
    line: lineAt(pos),
  });
  const assigned = node.prefix.flatMap((part) => (part.type === 'Assignment' ? [part] : []));
  const heredoc = node.redirects.find((redirect): redirect is HereDoc => redirect.type === 'HereDoc');
  return {
    line: lineAt((node.name ?? node).pos),
    assignments: assigned.map(({ name, value }) => ({
      name,
      value: value.type === 'Word' ? value.text : '',
    })),
    words: [...(node.name ? [node.name] : []), ...node.args].map(wordOf),
    outputs: node.redirects.flatMap((redirect) =>
      redirect.type === 'Redirect' && /^&?>[>|]?$/.test(redirect.operator) && redirect.target
        ? [wordOf(redirect.target)]
        : [],
    ),
    ...(heredoc && { input: wordOf(heredoc.body) }),
    isConditional,
  };
}

/** Line of a position, by bisection. */
function lineFinder(text: string, firstLine: number): (position: number) => number {
  const ends: number[] = [];
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) ends.push(end);
  return (position) => {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle] ?? 0) < position) low = middle + 1;
      else high = middle;
    }
    return firstLine + low;
  };
}
