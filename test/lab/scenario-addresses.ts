/**
 * Scenarios say 127.0.0.2 and so on. Many can run at once in one namespace when each has servers of its own:
 * 127.1.RUN.2.
 */

/** A text of a scenario (a file, an address) for the run of this number, 0 to 255. */
export function inRun(run: number, text: string): string {
  return text.replaceAll(/\b127\.0\.0\.(?!1\b)(\d+)/g, `127.1.${run}.$1`);
}

/** What a run said, as it would be in a scenario. */
export function outOfRun(run: number, text: string): string {
  return text.replaceAll(`127.1.${run}.`, '127.0.0.');
}

/** Which run an address of a server belongs to. */
export function runOf(address: string): number {
  return Number(address.split('.')[2]);
}
