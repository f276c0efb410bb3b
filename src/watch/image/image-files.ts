import { statSync } from 'node:fs';
import type { ImageFacts, ImageFile } from '../../image/image-facts.ts';
import { pathWithin } from '../../lookup/path-within.ts';

/** Where each may be; one of them is enough. */
const PATHS: Readonly<Record<ImageFile, readonly string[]>> = {
  'resolv.conf': ['/etc/resolv.conf'],
  'nsswitch.conf': ['/etc/nsswitch.conf'],
  hosts: ['/etc/hosts'],
  // crypto/x509/root_linux.go, certFiles.
  'ca-certificates': [
    '/etc/ssl/certs/ca-certificates.crt',
    '/etc/pki/tls/certs/ca-bundle.crt',
    '/etc/ssl/ca-bundle.pem',
    '/etc/pki/tls/cacert.pem',
    '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
    '/etc/ssl/cert.pem',
  ],
  // time/zoneinfo_unix.go, platformZoneSources.
  tzdata: ['/usr/share/zoneinfo', '/usr/share/lib/zoneinfo', '/usr/lib/locale/TZ', '/etc/zoneinfo'],
  passwd: ['/etc/passwd'],
  shell: ['/bin/sh'],
};

/** Which of the files are there; one that may not be looked at is left out, for it is not known. */
export function readImageFiles(root: string): ImageFacts['files'] {
  const entries = Object.entries(PATHS).map(([file, paths]) => {
    const all = paths.map((path) => isThere(root, path));
    return [file, all.includes(true) ? true : all.includes(undefined) ? undefined : false] as const;
  });
  return Object.fromEntries(entries.filter(([, there]) => there !== undefined));
}

function isThere(root: string, path: string): boolean | undefined {
  const inside = pathWithin(root, path);
  if (inside === undefined) return false;
  try {
    statSync(inside);
    return true;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    return code === 'EACCES' || code === 'EPERM' ? undefined : false;
  }
}
