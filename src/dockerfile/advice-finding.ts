/** Findings about a build that has not taken place: no rule of the daemon has these. */
export const BUILD_FINDINGS = ['native-module-without-cgo', 'build-packages-missing'] as const;

/** A thing that is wrong in a file, for people and SARIF. */
export interface AdviceFinding {
  /** Of docs/findings: of the rules, or one of {@link BUILD_FINDINGS}. */
  id: string;
  severity: 'info' | 'warning' | 'critical';
  /** Of the Dockerfile or go.mod; absent: of the whole. */
  file?: 'dockerfile' | 'go.mod' | 'binary';
  line?: number;
  title: string;
  evidence: string[];
  fix: string;
}
