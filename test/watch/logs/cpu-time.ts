/** CPU ms that `work` takes. Other processes' load is not in it. */
export function cpuMs(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** 64 KiB, the longest record, of a piece over and over. */
export function filledWith(piece: string): string {
  return piece.repeat(Math.ceil((64 * 1024) / piece.length)).slice(0, 64 * 1024);
}
