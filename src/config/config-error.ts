/** A configuration that cannot be used. The message names where it stands, the key, and what was expected. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'BAD_CONFIG';
}
