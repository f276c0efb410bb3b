import type { ProgramRecord } from '../journal/program-record.ts';
import type { Finding, Judgement, Rule } from './finding.ts';
import { judgeBy } from './judge.ts';
import { cgoResolverInUse } from './rules/cgo-resolver-in-use.ts';
import { compatLoader } from './rules/compat-loader.ts';
import { imageFilesMissing } from './rules/image-files-missing.ts';
import { loaderMissing } from './rules/loader-missing.ts';
import { pieNeedsLoader } from './rules/pie-needs-loader.ts';
import { staticGlibcCgo } from './rules/static-glibc-cgo.ts';

/** The rules that a program and its image can open: `inspect` need not load the others, which are most of the code. */
const PROGRAM_RULES: readonly Rule[] = [
  loaderMissing,
  pieNeedsLoader,
  staticGlibcCgo,
  compatLoader,
  cgoResolverInUse,
  imageFilesMissing,
];

/** What is found of one program, most severe first. */
export function diagnoseProgram(program: ProgramRecord, by: Judgement): Finding[] {
  return judgeBy(PROGRAM_RULES, { apps: [], sources: [], program }, by);
}
