/** Which process is the application. Knowledge: nothing is read here. */
import { isInit, isNotGo, isSidecar } from './known-programs.ts';

/** A process, no kernel thread and no zombie. */
export interface Candidate {
  /** Whether it is this process, or a descendant or an ancestor of it: never taken unless it is named. */
  isOurs: boolean;
  pid: number;
  ppid: number;
  startTicks: number;
  comm: string;
  /** Path in its own root; absent: it may not be read. */
  exe?: string;
  /** Known where exe is not. */
  argv0?: string;
  /** Absent: not known. */
  isGo?: boolean;
  /** Whether its network namespace is ours; absent: not known. */
  sameNetwork?: boolean;
}

export interface Choice {
  app?: Candidate;
  because: string;
  /** Nothing but that there is no other speaks for it. */
  isGuess?: true;
  others: Candidate[];
}

const CHOOSE = 'name it by target.pid or target.exe';

/** Named by its pid, or by the path of its binary as its own root has it; or not at all. */
export interface Wish {
  pid: 'auto' | number;
  exe?: string;
}

/**
 * The application, and why it is that one.
 *
 * @param earlier the one of before, where that is not long ago: its program is started again rather than that another
 * has become the application
 */
export function chooseApp(all: readonly Candidate[], wish: Wish, earlier?: Candidate): Choice {
  const { pid, exe } = wish;
  if (pid !== 'auto') {
    const app = all.find((each) => each.pid === pid);
    if (app) return { app, because: 'target.pid', others: [] };
    return { because: `target.pid ${pid} names no process`, others: seenOfGo(all) };
  }
  if (exe !== undefined) {
    const [app, ...others] = oldestFirst(withoutWorkers(all.filter((each) => pathOf(each) === exe)));
    const because = others.length > 0 ? `target.exe: the oldest of ${others.length + 1}` : 'target.exe';
    if (app) return { app, because, others };
    return { because: `target.exe ${exe}: no process has that binary`, others: seenOfGo(all) };
  }
  // What was only guessed, or taken for want of another, is no reason to stay.
  const isKept = earlier?.isGo === true && !isSidecar(namesOf(earlier));
  return automatically(all.filter(mayBeApp), isKept ? earlier : undefined);
}

/** Of Go, or such as may be: which the one that was named may be meant to be. */
function seenOfGo(all: readonly Candidate[]): Candidate[] {
  const mayBeGo = (each: Candidate) => each.isGo ?? !isNotGo(namesOf(each));
  return oldestFirst(all.filter((each) => mayBeApp(each) && mayBeGo(each)));
}

/** All containers of a pod share one network namespace: a process of another one is not of our pod. */
function mayBeApp(each: Candidate): boolean {
  return !each.isOurs && each.sameNetwork !== false && !isInit(namesOf(each));
}

function automatically(all: readonly Candidate[], earlier: Candidate | undefined): Choice {
  const known = oldestFirst(withoutWorkers(all.filter(({ isGo }) => isGo === true)));
  const maybe = oldestFirst(
    withoutWorkers(all.filter((each) => each.isGo === undefined && !isNotGo(namesOf(each)))),
  );
  const apps = known.filter((each) => !isSidecar(namesOf(each)));
  const maybeApps = maybe.filter((each) => !isSidecar(namesOf(each)));
  const taken = (app: Candidate, because: string): Choice => ({
    app,
    because,
    others: [...known, ...maybe].filter((each) => each !== app),
    ...(app.isGo === undefined && { isGuess: true }),
  });

  const again = earlier && sameAs(earlier, apps, maybeApps);
  if (earlier && !again && known.length + maybe.length > 0) {
    const because = `${pathOf(earlier)} was the application and has ended; it is waited for to start again`;
    return { because, others: [...known, ...maybe] };
  }
  const [first, second] = apps;
  if (again && again !== first) {
    return taken(again, `the same program as before, though others may be it: ${CHOOSE} if it is another`);
  }
  if (first) {
    const beside = maybeApps.length > 0 ? ' that can be read' : '';
    if (!second)
      return taken(
        first,
        `the only Go process${beside}${apps.length < known.length ? ' that is not known to be put beside applications' : ''}`,
      );
    return taken(first, `the oldest of ${apps.length} Go processes${beside}: ${CHOOSE} if it is another`);
  }
  const [only, another] = maybeApps;
  if (only && !another) {
    const because = `its binary may not be read, but no other process can be the application: ${CHOOSE} if it is another`;
    return taken(only, because);
  }
  if (only) {
    const because = `${maybeApps.length} processes may be the application, and the binary of none may be read: ${CHOOSE}`;
    return { because, others: [...known, ...maybe] };
  }
  const [sidecar] = [...known, ...maybe];
  return sidecar
    ? taken(
        sidecar,
        `known to be put beside applications, and no other Go process is there: ${CHOOSE} if it is another`,
      )
    : { because: 'none of the processes in our network namespace is one of Go', others: [] };
}

/** The process itself, whatever may be read of it now; else its program; else what has its number. */
function sameAs(
  earlier: Candidate,
  apps: readonly Candidate[],
  maybeApps: readonly Candidate[],
): Candidate | undefined {
  const isItself = ({ pid, startTicks }: Candidate) =>
    pid === earlier.pid && startTicks === earlier.startTicks;
  return (
    [...apps, ...maybeApps].find(isItself) ??
    apps.find(({ exe }) => exe === earlier.exe) ??
    // In a container it often is 1, whatever program is the next.
    apps.find(({ pid }) => pid === earlier.pid)
  );
}

function pathOf({ exe, argv0 }: Candidate): string | undefined {
  return exe ?? argv0;
}

function namesOf(candidate: Candidate): string[] {
  const path = pathOf(candidate);
  return [candidate.comm, ...(path === undefined ? [] : [path.slice(path.lastIndexOf('/') + 1)])];
}

/** A process that starts its own binary again: the one that started is the application. */
function withoutWorkers(some: readonly Candidate[]): Candidate[] {
  const paths = new Map(some.map((each) => [each.pid, pathOf(each)]));
  return some.filter((each) => {
    const path = pathOf(each);
    return path === undefined || each.ppid === each.pid || paths.get(each.ppid) !== path;
  });
}

function oldestFirst(some: readonly Candidate[]): Candidate[] {
  return some.toSorted((a, b) => a.startTicks - b.startTicks || a.pid - b.pid);
}
