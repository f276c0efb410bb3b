import type { Server } from './model.ts';

/** A file as it was found. `text` is a byte string, for limits count bytes. */
export type FileText =
  | { state: 'ok'; text: string /** ms since the epoch */; modified: number }
  | { state: 'absent' }
  | { state: 'denied' }
  | { state: 'failed'; errno: string };

/** All that decides how names are looked up on a machine. */
export interface Sources {
  resolvConf: FileText;
  hosts: FileText;
  nsswitch: FileText;
  /** glibc's address selection. */
  gaiConf: FileText;
  /** The file that HOSTALIASES names. */
  hostAliases: FileText;
  /** Whether /etc/mdns.allow is there: Go asks. */
  mdnsAllow: boolean;
  /** Only the variables that resolvers read; absent: not set. */
  environment: { LOCALDOMAIN?: string; RES_OPTIONS?: string; HOSTALIASES?: string; GODEBUG?: string };
  hostname: string;
  interfaces: readonly Interface[];
  /** In place of the nameservers of resolv.conf (`--server`). */
  nameservers?: readonly Server[];
}

/** An address of this machine. */
export interface Interface {
  address: string;
  /** Length of its prefix in bits. */
  prefix: number;
  /** The interface it is on, where that is known: scopes of addresses are checked against it. */
  name?: string;
}

/** A line of a configuration file that a resolver does not heed as it stands. */
export interface Remark {
  file: 'resolv.conf' | 'hosts' | 'nsswitch.conf' | 'environment';
  /** From 1; 0 for the environment. */
  line: number;
  /** The line, or the word of it that is meant. */
  text: string;
  /** Why, and what happens instead: `a fourth nameserver: only the first three are used`. */
  reason: string;
}

/** A hosts file of a hundred thousand odd lines would bury the decisions. */
const MAX_SAID = 20;

/** Tells a person of each remark: `resolv.conf line 3, "127.0.0.1:53": no IP address: the line is ignored`. */
export function sayRemarks(remarks: readonly Remark[], because: (line: string) => void): void {
  for (const remark of remarks.slice(0, MAX_SAID)) because(remarkText(remark));
  if (remarks.length > MAX_SAID) because(`and ${remarks.length - MAX_SAID} more lines that are not heeded`);
}

/** A line may be as long as the file. */
const MAX_TEXT = 200;

/** A remark in one line. */
export function remarkText({ file, line, text, reason }: Remark): string {
  const where = line > 0 ? `${file} line ${line}` : file;
  const shown = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}...` : text;
  return `${where}, ${JSON.stringify(shown)}: ${reason}`;
}
