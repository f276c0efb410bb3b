import { posix } from 'node:path';
import {
  Add,
  Arg,
  Cmd,
  Copy,
  Entrypoint,
  Env,
  type Instruction,
  type JSONInstruction,
  Onbuild,
  Run,
  Shell,
  User,
  Workdir,
} from 'dockerfile-ast';
import type { At } from './dockerfile-facts.ts';
import { lastLine, shellText } from './logical-line.ts';
import { runShell } from './shell.ts';
import type { StageDraft } from './stage-draft.ts';

/** The file as it is read. */
export interface Source {
  lines: readonly string[];
  escapeChar: string;
  /** What cannot be told. */
  unknown: At<string>[];
  /** A stage, of those before, by name or number. */
  stageIndex(name: string): number | undefined;
}

/** Line of an instruction, from 1. */
export function lineOf(instruction: Instruction): number {
  return instruction.getInstructionRange().start.line + 1;
}

/** Words of docker's own are expanded as if `\` were the escape; the directive may name the backquote. */
export function dockerWord(word: string, escapeChar: string): string {
  return escapeChar === '`' ? word.replaceAll('\\', '\\\\').replace(/`(?=[\s\S])/g, '\\') : word;
}

interface Assignment {
  name: string;
  /** null where ARG gives none. */
  value: string | null;
  line: number;
}

/** Names and values of ENV and ARG. */
export function assignmentsOf(instruction: Env | Arg, escapeChar: string): Assignment[] {
  const properties = instruction.getProperties();
  // `ARG TARGETOS TARGETARCH` are two; dockerfile-ast reads it as the old form of ENV, a name and a value.
  if (instruction instanceof Arg && properties[0]?.getAssignmentOperator() === null) {
    return instruction.getArguments().map((arg) => {
      const [, name = '', value = null] = /^([^=]*)(?:=([\s\S]*))?$/.exec(arg.getValue()) ?? [];
      return { name, value: value && dockerWord(value, escapeChar), line: arg.getRange().start.line + 1 };
    });
  }
  return properties.map((property) => {
    const value = property.getUnescapedValue();
    return {
      name: property.getName(),
      value: value && dockerWord(value, escapeChar),
      line: property.getNameRange().start.line + 1,
    };
  });
}

/** Does to a stage what an instruction does. */
export function readInstruction(instruction: Instruction, stage: StageDraft, source: Source): void {
  const line = lineOf(instruction);
  const word = (written: string) => stage.value(dockerWord(written, source.escapeChar));
  const [first] = instruction.getArguments();
  if (instruction instanceof Env) {
    // All of one ENV see the values of before it.
    const set = assignmentsOf(instruction, source.escapeChar).map(
      ({ name, value, line }) => [name, { value: stage.value(value ?? ''), line }] as const,
    );
    stage.setEnv(new Map(set));
  } else if (instruction instanceof Arg) {
    for (const { name, value, line } of assignmentsOf(instruction, source.escapeChar))
      stage.setArg(name, value, line);
  } else if (instruction instanceof Run) readRun(instruction, stage, source);
  else if (instruction instanceof Copy || instruction instanceof Add) readCopy(instruction, stage, source);
  else if (instruction instanceof Entrypoint) {
    stage.entrypoint = programOf(instruction, stage, source);
    // Image specification: an ENTRYPOINT of its own takes the CMD of the base image away.
    stage.cmd = undefined;
  } else if (instruction instanceof Cmd) stage.cmd = programOf(instruction, stage, source);
  else if (instruction instanceof Workdir && first) {
    stage.directory = posix.resolve(stage.directory, word(instruction.getArgumentsContent() ?? ''));
  } else if (instruction instanceof User && first) stage.user = { value: word(first.getValue()), line };
  else if (instruction instanceof Shell) {
    stage.isPosix = /(?:^|[/\s"[])(?:ba|da|a|z|k)?sh"/.test(instruction.getArgumentsContent() ?? '');
  } else if (instruction instanceof Onbuild) {
    const trigger = instruction.getTriggerInstruction();
    if (trigger && !(trigger instanceof Onbuild)) stage.triggers.push(trigger);
  }
}

function readRun(run: Run, stage: StageDraft, source: Source): void {
  const [first] = run.getArguments();
  if (!first) return;
  const { start } = first.getRange();
  const line = start.line + 1;
  const text = shellText(source.lines, start, run.getRange().end.line, source.escapeChar);
  const words = jsonWords(text);
  const script = words ? words.map(shellQuoted).join(' ') : text;
  const isRead = (stage.isPosix || words) && runShell(script, line, stage);
  if (!isRead) source.unknown.push({ value: 'a RUN that cannot be read to its end', line });
}

/** The JSON form, as BuildKit tells it from the shell form: an array of strings and nothing else. */
function jsonWords(text: string): string[] | undefined {
  if (!/^\s*\[/.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text.replaceAll('\\\n', ''));
    return Array.isArray(value) && value.every((word) => typeof word === 'string') ? value : undefined;
  } catch {
    return undefined;
  }
}

function shellQuoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** Words of an instruction that may stand in JSON form; here-documents that follow it are none. */
function wordsOf(instruction: JSONInstruction, source: Source): { words: string[]; isJson: boolean } {
  const args = instruction.getArguments();
  const [first] = args;
  if (!first) return { words: [], isJson: false };
  const { start } = first.getRange();
  const json = jsonWords(shellText(source.lines, start, instruction.getRange().end.line, source.escapeChar));
  if (json) return { words: json, isJson: true };
  const last = lastLine(source.lines, start.line, source.escapeChar);
  const words = args.filter((arg) => arg.getRange().start.line <= last).map((arg) => arg.getValue());
  return { words, isJson: false };
}

function readCopy(copy: Copy | Add, stage: StageDraft, source: Source): void {
  const words = wordsOf(copy, source).words.map((word) => stage.value(dockerWord(word, source.escapeChar)));
  const [target, ...sources] = words.reverse();
  if (target === undefined || sources.length === 0) return;
  const flag = copy
    .getFlags()
    .find((flag) => flag.getName() === 'from')
    ?.getValue();
  const from = flag ? stage.value(flag) : undefined;
  const directory = target.endsWith('/') || target === '.' ? '/' : '';
  stage.copies.push({
    line: lineOf(copy),
    ...(from !== undefined && { from: source.stageIndex(from) ?? from }),
    // Of another stage they are from its root; of the context from the context's.
    sources: sources.reverse().map((path) => (/^<<|:\/\//.test(path) ? path : posix.resolve('/', path))),
    target: (posix.resolve(stage.directory, target) + directory).replace(/^\/\/$/, '/'),
  });
}

/** The program that ENTRYPOINT or CMD starts. */
function programOf(instruction: Entrypoint | Cmd, stage: StageDraft, source: Source): At<string> | undefined {
  const { words, isJson } = wordsOf(instruction, source);
  const line = lineOf(instruction);
  const at = isJson ? 0 : words.findIndex((word) => word !== 'exec' && !/^\w+=/.test(word));
  const program = words[at];
  // In JSON form no variable is put in.
  return program === undefined ? undefined : { value: isJson ? program : stage.value(program), line };
}
