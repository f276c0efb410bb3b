/** File names: which ones a rotator would give to the old generations of a log, and which are compressed. */

const COMPRESSED = /\.(?:gz|tgz|zst|xz|bz2|lz4|lzma|z|zip|br)$/i;

// logrotate: app.log.1, app.log-20261123, app.log-20261123-1795427483. kubelet:
// 0.log.20261123-101010. By hand: app.log.old.
const AFTER_NAME = /^[._-](?:\d[\dTZ:.+_-]*|old)$/i;

// lumberjack: app-2026-11-23T10-00-00.000.log; logrotate's `extension`: app-20261123.log.
const BEFORE_EXTENSION = /^[._-]\d[\dTZ:.+_-]*$/i;

// app-2.log beside app.log is the second instance rather than an old
// generation: before the extension only a date counts.
const DIGITS_OF_A_DATE = 6;

/** Compressed files are never read: they are old, and their bytes are not lines. */
export function isCompressed(name: string): boolean {
  return COMPRESSED.test(name);
}

/** Whether rotators give `name` to an old generation of the file named `base`, uncompressed. */
export function isRotationOf(base: string, name: string): boolean {
  const dot = base.lastIndexOf('.');
  const stem = dot > 0 ? base.slice(0, dot) : base;
  if (!name.startsWith(stem) || name === base || isCompressed(name)) return false;
  if (name.startsWith(base) && AFTER_NAME.test(name.slice(base.length))) return true;
  const extension = base.slice(stem.length);
  if (extension === '' || !name.endsWith(extension)) return false;
  const middle = name.slice(stem.length, name.length - extension.length);
  return BEFORE_EXTENSION.test(middle) && middle.replaceAll(/\D/g, '').length >= DIGITS_OF_A_DATE;
}
