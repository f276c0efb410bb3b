import { Arg, DockerfileParser, Env, From, type Instruction } from 'dockerfile-ast';
import { DockerfileError } from './dockerfile-error.ts';
import type { At, DockerfileFacts } from './dockerfile-facts.ts';
import { type Expand, expander, isOpen } from './expand.ts';
import { assignmentsOf, dockerWord, lineOf, readInstruction, type Source } from './instructions.ts';
import { type GlobalArgs, globalArg, StageDraft } from './stage-draft.ts';

/** More than any Dockerfile that people write, and little enough to be read at once. */
const LIMITS = { characters: 128 << 10, instructions: 1024, stages: 256, variables: 1024 };

/**
 * Reads a Dockerfile: its stages, and what they do with Go. Throws DockerfileError where it is too large or has no FROM;
 * what docker build would refuse within a stage is passed over.
 */
export function parseDockerfile(text: string): DockerfileFacts {
  within('characters', text.length);
  // BuildKit takes a mark of byte order, and cuts carriage returns off the ends of lines.
  const normal = text
    .replace(/^\uFEFF/, '')
    .replace(/\r+(?=\n|$)/g, '')
    .replaceAll(/[\r\0]/g, ' ');
  const dockerfile = DockerfileParser.parse(withoutFirstComment(normal));
  const instructions = dockerfile.getInstructions();
  within('instructions', instructions.length);
  within('stages', instructions.filter((instruction) => instruction instanceof From).length);
  return new Reader(normal.split('\n'), dockerfile.getEscapeCharacter()).read(instructions);
}

/** dockerfile-ast looks for a directive in a comment at the top by the square of its length: none is in this one. */
function withoutFirstComment(text: string): string {
  return text.replace(/^((?:[ \t]*#[ \t]*\w+[ \t]*=.*\n)*[ \t]*#)(?![ \t]*\w+[ \t]*=).*/, '$1');
}

function within(what: keyof typeof LIMITS, count: number): void {
  if (count <= LIMITS[what]) return;
  throw new DockerfileError(
    'TOO_LARGE',
    `${count} ${what}: a Dockerfile of more than ${LIMITS[what]} is not read`,
  );
}

class Reader implements Source {
  readonly lines: readonly string[];
  readonly escapeChar: string;
  readonly unknown: At<string>[] = [];
  readonly #expand: Expand = expander();
  readonly #globals: GlobalArgs = new Map();
  readonly #stages: StageDraft[] = [];
  #read = 0;
  #variables = 0;

  constructor(lines: readonly string[], escapeChar: string) {
    this.lines = lines;
    this.escapeChar = escapeChar;
  }

  read(instructions: readonly Instruction[]): DockerfileFacts {
    for (const instruction of instructions) {
      const stage = this.#stages.at(-1);
      if (instruction instanceof From) this.#from(instruction);
      else if (stage) this.#instruction(instruction, stage);
      else if (instruction instanceof Arg) this.#globalArgs(instruction);
    }
    if (this.#stages.length === 0) throw new DockerfileError('NO_STAGE', 'no FROM: this is no Dockerfile');
    const stages = this.#stages.map((draft) => draft.stage());
    const scripts = stages.flatMap((stage) => stage.scripts);
    const unknown = [
      ...this.unknown,
      ...scripts.map(({ value, line }) => ({ value: `what ${value} builds`, line })),
    ];
    return { stages, unknown: unknown.sort((a, b) => a.line - b.line) };
  }

  /** The last of a name counts: BuildKit, instructions.HasStage. Names differ in more than case; numbers count from 0. */
  stageIndex(name: string): number | undefined {
    const wanted = name.toLowerCase();
    const named = this.#stages.findLastIndex(({ head }) => head.name?.toLowerCase() === wanted);
    if (named >= 0) return named;
    return /^\d{1,4}$/.test(name) && Number(name) < this.#stages.length ? Number(name) : undefined;
  }

  readonly #global = (word: string): string =>
    this.#expand(dockerWord(word, this.escapeChar), (name) => globalArg(this.#globals, name));

  #globalArgs(instruction: Arg): void {
    for (const { name, value, line } of assignmentsOf(instruction, this.escapeChar)) {
      this.#globals.set(name, value === null ? undefined : { value: this.#global(value), line });
    }
  }

  #from(instruction: From): void {
    const line = lineOf(instruction);
    const image = this.#global(instruction.getArguments()[0]?.getValue() ?? '');
    const platform = instruction.getPlatformFlag()?.getValue();
    const name = instruction.getBuildStage() ?? undefined;
    const from = this.#stages.findLastIndex(({ head }) => head.name?.toLowerCase() === image.toLowerCase());
    if (isOpen(image)) this.unknown.push({ value: `what image ${image} is`, line });
    const parent = this.#stages[from];
    const head = {
      line,
      image,
      ...(name !== undefined && { name }),
      ...(platform && { platform: this.#global(platform) }),
      ...(parent && { from }),
    };
    const stage = new StageDraft(head, this.#expand, this.#globals, parent);
    this.#stages.push(stage);
    for (const trigger of parent?.triggers ?? []) this.#instruction(trigger, stage);
  }

  /** Triggers count again in every stage that they run in. */
  #instruction(instruction: Instruction, stage: StageDraft): void {
    within('instructions', ++this.#read);
    if (instruction instanceof Env || instruction instanceof Arg) {
      this.#variables += instruction.getProperties().length;
      within('variables', this.#variables);
    }
    readInstruction(instruction, stage, this);
  }
}
