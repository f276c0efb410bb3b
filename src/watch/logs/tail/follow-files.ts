/** Follows files as a log source: the timer of a {@link FileFollower}. */
import type { LogSource, SourceEvents } from '../source.ts';
import { FileFollower, type FollowOptions } from './follower.ts';
import { TIMING } from './timing.ts';

/** Follows the files that a path or pattern names until it is stopped. One timer serves all of them. */
export function followFiles(options: FollowOptions, events: SourceEvents): LogSource {
  const follower = new FileFollower(options, events);
  const { active, idle } = { ...TIMING, ...options.timing };
  let pause = active;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let immediate: NodeJS.Immediate | undefined = setImmediate(step);

  function step(): void {
    immediate = undefined;
    const pace = follower.look();
    if (stopped) return;
    // Between two buffers everything else in the process has its turn.
    if (pace === 'at-once') {
      immediate = setImmediate(step);
      return;
    }
    pause = pace === 'soon' ? active : Math.min(2 * pause, idle);
    timer = setTimeout(step, pause);
  }

  return {
    lagBytes: () => follower.lagBytes(),
    async stop() {
      stopped = true;
      clearTimeout(timer);
      clearImmediate(immediate);
      await undefined; // The caller may be an event of the look that is going on: that ends first.
      follower.close();
    },
  };
}
