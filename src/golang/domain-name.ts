/**
 * Whether Go's own resolver would send a query for this name; it answers `no such host` for any other without
 * asking. Source: isDomainName in net/dnsclient.go. The root `.` is valid since Go 1.17.
 */
export function isDomainName(name: string): boolean {
  if (name === '.') return true;
  if (name.length === 0 || name.length > 254 || (name.length === 254 && !name.endsWith('.'))) return false;
  const labels = name.replace(/\.$/, '').split('.');
  if (!labels.every((label) => /^[A-Za-z0-9_][A-Za-z0-9_-]{0,62}$/.test(label) && !label.endsWith('-'))) {
    return false;
  }
  // Go wants at least one byte that is not a digit, so that 256.1.1.1 and 1.2.3 are not taken for names.
  return /[A-Za-z_-]/.test(name);
}
