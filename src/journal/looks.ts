/**
 * What came of looking at each thing: seen, denied and why, or not there. A number that is missing must never be
 * read as zero, and whoever runs the sidecar must learn what to change to see more.
 */

/** What is looked at in the kernel: of the network namespace, and the node. */
export const KERNEL_WATCHERS = [
  'sockstat',
  'snmp',
  'netstat',
  'udp',
  'ports',
  'softnet',
  'conntrack',
  'conntrack-table',
  'node',
] as const;

/** What is looked at of the application's process. */
export const PROCESS_WATCHERS = ['process', 'exe', 'environ', 'files', 'maps', 'fds', 'limits'] as const;

/** Each is a label value, and a line of `check`. */
export type Watcher = (typeof KERNEL_WATCHERS)[number] | (typeof PROCESS_WATCHERS)[number];

/**
 * Why something is not seen. Of another process, as ptrace_may_access() of kernel/ptrace.c decides: `uid`, `gid` (ours
 * is not its own), `capability` (it has one that we lack), `non-dumpable` (its binary cannot be read, or prctl(2)).
 */
const BLOCKED_REASONS = [
  'uid',
  'gid',
  'capability',
  'non-dumpable',
  /** No other process is there: the pod's process namespace is not shared. */
  'no-shared-namespace',
  /** Other processes are, and none of them is the application. */
  'no-app',
  /** `proc` is set to a directory that is none. */
  'no-proc',
  /** The file's mode: nf_conntrack is 0440 root:root. */
  'mode',
  /** This kernel has it not, or not in this namespace. */
  'absent',
  /** Its network namespace is not ours: what sysctls say of ours does not hold for it. */
  'other-namespace',
  /** It takes longer than it may. */
  'too-large',
  'malformed',
  'unreachable',
  'failed',
] as const;
export type BlockedReason = (typeof BLOCKED_REASONS)[number];

/** One thing, as of the last look at it. */
export type Look =
  | { watcher: Watcher; state: 'ok' }
  | {
      watcher: Watcher;
      state: 'denied' | 'absent' | 'failed';
      reason: BlockedReason;
      /** One line for people: names the thing, and both sides' uid and gid where these are why. */
      why: string;
      /** What to change, to the letter; absent where nothing would help. */
      cure?: string;
    };
