/** Why a Dockerfile is not read. */
export type DockerfileErrorCode =
  /** Longer than is read, or it would grow so where variables are put in. */
  | 'TOO_LARGE'
  /** No FROM: BuildKit says `no build stage in current context`. */
  | 'NO_STAGE';

/** The one error of parse-dockerfile.ts. */
export class DockerfileError extends Error {
  override readonly name = 'DockerfileError';
  readonly code: DockerfileErrorCode;

  constructor(code: DockerfileErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
