import type { Look } from '../../journal/looks.ts';
import type { ProcessRecord } from '../../journal/process-record.ts';
import { parseProcessStat } from '../../procfs/process-stat.ts';
import { type ProcessStatus, parseStatus } from '../../procfs/process-status.ts';
import { parsed, readProc } from '../proc/read-proc.ts';
import { readExe } from './binary.ts';
import type { Candidate } from './choose.ts';
import { type Denial, whyDenied } from './denial.ts';
import { lookAtPart, valueIn } from './look.ts';
import {
  lookAtFds,
  lookAtImage,
  lookAtMaps,
  lookNowAndThen,
  lookOnce,
  type Part,
  type Place,
  type Subject,
} from './look-parts.ts';

/** All that is known of a process at one time. */
export interface Snapshot {
  /** Absent: status is not what the kernel writes. */
  record?: ProcessRecord;
  looks: Look[];
  /** The process and the program that runs in it: what is read once stays true while this does. */
  readonly key: string;
  readonly parts: Parts;
}

interface Parts {
  once: Part;
  maps: Part;
  /** How often maps was read. */
  mapsRead: number;
  seldom: Part;
  /** Absent: its root or its binary is not seen. */
  image?: Part;
  fds: Part;
}

/** A program that has just been started has not mapped its libc yet: the loader does. */
const LOOKS_AT_MAPS = 2;

/**
 * Looks at a process: cheap where its program is the one of before, and files and limits only with `isFull`.
 *
 * @returns undefined: it is gone, or another has its pid by now, and nothing that was read counts
 */
export async function inspect(
  place: Place,
  { pid, startTicks }: Candidate,
  before: Snapshot | undefined,
  isFull: boolean,
): Promise<Snapshot | undefined> {
  const directory = `${place.proc}/${pid}`;
  const stat = () => valueIn(parsed(readProc(`${directory}/stat`), parseProcessStat));
  const comm = stat()?.comm;
  const status = parsed(readProc(`${directory}/status`), parseStatus);
  const exe = readExe(directory);
  const key = JSON.stringify([pid, startTicks, comm, exe]);
  const same = before?.key === key ? before.parts : undefined;
  const ids = valueIn(status);
  const subject: Subject = { directory, startTicks, exe, denial: () => whyDeniedHere(place.proc, ids) };
  const parts = await lookAtParts(place, subject, same, isFull);

  const after = stat();
  if (comm === undefined || after?.startTicks !== startTicks || after.comm !== comm) return undefined;
  const all = [parts.once, parts.maps, parts.seldom, parts.fds];
  const looks = [
    lookAtPart('process', `${directory}/status`, status, subject.denial),
    ...all.flatMap((each) => each.looks),
  ];
  if (!ids) return { looks, key, parts };
  const record: ProcessRecord = {
    ...{ pid, startTicks, comm: Buffer.from(comm, 'latin1').toString() },
    ...{ uid: ids.uids.effective, gid: ids.gids.effective, threads: ids.threads },
    ...{ ...parts.once.fields, ...parts.maps.fields, ...parts.image?.fields },
    ...{ ...parts.seldom.fields, ...parts.fds.fields },
  };
  return { record, looks, key, parts };
}

async function lookAtParts(
  place: Place,
  subject: Subject,
  same: Parts | undefined,
  isFull: boolean,
): Promise<Parts> {
  const isOnce = same && !(isFull && same.once.looks.some(isLate));
  const once = isOnce ? same.once : await lookOnce(place, subject);
  const again = isFull && (same?.mapsRead ?? 0) < LOOKS_AT_MAPS;
  const hangs = once.looks.some((look) => look.watcher === 'environ' && isLate(look));
  const isDue = !same || again;
  const seldom = same && !isFull ? same.seldom : await lookNowAndThen(place, subject);
  const { root } = seldom.fields;
  const isRead = same?.image && !(isFull && same.image.fields.image === undefined);
  const isThere = root !== undefined && once.fields.binary !== undefined;
  const image = isRead ? same.image : isThere ? await lookAtImage(place, root, once) : undefined;
  return {
    once,
    ...(image && { image }),
    maps: isDue ? await lookAtMaps(place, subject, once.fields.isGo, hangs) : same.maps,
    mapsRead: (same?.mapsRead ?? 0) + (isDue ? 1 : 0),
    seldom,
    fds: (await lookAtFds(place, subject, isFull || !same)) ?? same?.fds ?? { fields: {}, looks: [] },
  };
}

/** It did not come in time; it may yet. */
function isLate(look: Look): boolean {
  return look.state === 'failed' && look.reason === 'too-large';
}

function whyDeniedHere(proc: string, its: ProcessStatus | undefined): Denial {
  const own = valueIn(parsed(readProc(`${proc}/self/status`), parseStatus));
  return own && its ? whyDenied(own, its) : { reason: 'mode', why: 'permission denied' };
}
