import type { BlockedReason } from '../../journal/looks.ts';
import type { Ids, ProcessStatus } from '../../procfs/process-status.ts';

/** Why a file of another process is denied, and what to change. */
export interface Denial {
  reason: BlockedReason;
  why: string;
  cure?: string;
}

/** Bits of a capability set (include/uapi/linux/capability.h). */
const CAP_DAC_OVERRIDE = 1n << 1n;
const CAP_DAC_READ_SEARCH = 1n << 2n;
const CAP_SYS_PTRACE = 1n << 19n;

/**
 * Why the kernel denies us a process, in the order of __ptrace_may_access() of kernel/ptrace.c, PTRACE_MODE_READ_FSCREDS.
 * Only for what has been denied: the two last causes cannot be seen and are what is left.
 */
export function whyDenied(own: ProcessStatus, its: ProcessStatus): Denial {
  const ours = `${own.uids.filesystem}:${own.gids.filesystem}`;
  const both = `our uid:gid is ${ours}, its is ${its.uids.effective}:${its.gids.effective}`;
  if ((own.capEffective & CAP_SYS_PTRACE) !== 0n) return deniedToTracer(own, its, both);
  if (!isOnly(own.uids.filesystem, its.uids)) {
    return denial('uid', `${both}: the uids must be the same${changed('uid', its.uids)}`, sameUser(own, its));
  }
  if (!isOnly(own.gids.filesystem, its.gids)) {
    return denial(
      'gid',
      `${both}: the gids must be the same too${changed('gid', its.gids)}`,
      sameUser(own, its),
    );
  }
  // security/commoncap.c, cap_ptrace_access_check: of FSCREDS it is the effective ones that count.
  const lacking = its.capPermitted & ~own.capEffective;
  if (lacking !== 0n) {
    return denial(
      'capability',
      `${both}: it has capabilities that we lack (0x${lacking.toString(16)})`,
      DROP_ALL,
    );
  }
  const causes = 'its binary cannot be read (mode 0711), it changed its user, or it asked for it (prctl)';
  return denial(
    'non-dumpable',
    `${both}; still it is denied: ${causes}, or a security module denies it`,
    READABLE,
  );
}

/** ptrace itself is allowed: environ is 0400 besides, and its owner another. */
function deniedToTracer(own: ProcessStatus, its: ProcessStatus, both: string): Denial {
  const passesModes = (own.capEffective & (CAP_DAC_OVERRIDE | CAP_DAC_READ_SEARCH)) !== 0n;
  if (own.uids.filesystem !== its.uids.effective && !passesModes) {
    const why = `${both}: the file is its owner's alone, and we lack DAC_READ_SEARCH`;
    return denial('capability', why, sameUser(own, its));
  }
  // fs/proc/base.c, task_dump_owner: what a process that is not dumpable has in /proc is root's.
  if (own.uids.filesystem !== 0 && !passesModes) {
    const causes = 'its binary cannot be read (mode 0711), or it asked for it (prctl)';
    return denial('non-dumpable', `${both}; the file is root's all the same: ${causes}`, READABLE);
  }
  return denial('capability', `${both}: a security module denies it, or its user namespace is another`);
}

const DROP_ALL =
  'run both as one user that is not root, or drop the capabilities of the application too: in the ' +
  "application's container securityContext `capabilities: { drop: [ALL] }`";
const READABLE = 'make its binary readable for its user: `chmod 0755`';

function denial(reason: BlockedReason, why: string, cure?: string): Denial {
  return { reason, why, ...(cure !== undefined && { cure }) };
}

function isOnly(id: number, { real, effective, saved }: Ids): boolean {
  return real === id && effective === id && saved === id;
}

/** A setuid program, or one that has given up root: its ids are not all the same. */
function changed(what: string, { real, effective, saved }: Ids): string {
  return real === effective && effective === saved
    ? ''
    : ` (its real ${what} is ${real}, effective ${effective}, saved ${saved})`;
}

/** No capability does that for a container that is not root: Kubernetes gives it no effective one. */
function sameUser(own: ProcessStatus, { uids, gids }: ProcessStatus): string | undefined {
  if (changed('uid', uids) !== '' || changed('gid', gids) !== '') return undefined;
  if (uids.effective !== 0) {
    return (
      "in the sidecar's securityContext: `runAsUser: " +
      `${uids.effective}\`, \`runAsGroup: ${gids.effective}\`, \`capabilities: { drop: [ALL] }\``
    );
  }
  const other = own.uids.filesystem === 0 ? '65532' : `${own.uids.filesystem}`;
  const group = own.uids.filesystem === 0 ? '65532' : `${own.gids.filesystem}`;
  return (
    `run the application not as root but as we are: in its securityContext \`runAsUser: ${other}\`, ` +
    `\`runAsGroup: ${group}\`; or run the sidecar as root (\`runAsUser: 0\`, \`runAsGroup: 0\`) with the ` +
    "application's capabilities"
  );
}
