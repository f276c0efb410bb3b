import { basename, dirname, join } from 'node:path';

/** Which application a log file belongs to. */
export interface AppIdentity {
  /** The same for every file of one log, whatever rotation called it. */
  key: string;
  /** As shown to people. */
  subject: string;
}

/** kubelet's layout: /var/log/pods/NAMESPACE_POD_UID/CONTAINER/RESTART.log */
const POD_LOG = /\/pods\/([^/_]+)_([^/_]+)_[^/]+\/([^/]+)\/[^/]+$/;
/**
 * What rotation and restarts put into a file name: `.1`, `-20261123`,
 * `.20261123-101010`, `-2026-11-23T10-00-00.000`.
 */
const NUMBERS = /[._-]?\d[\dT:._-]*/g;

/**
 * The application that wrote a file, told by where the file is and what it is called.
 *
 * @param path symlinks resolved: /var/log/containers holds the logs of all applications side by side
 */
export function appOf(path: string): AppIdentity {
  const [, namespace, pod, container] = POD_LOG.exec(path) ?? [];
  const key = join(dirname(path), basename(path).replace(NUMBERS, ''));
  return { key, subject: namespace ? `${namespace}/${pod}/${container}` : path };
}
