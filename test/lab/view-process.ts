/** Prints what the watcher of processes sees: `view-process PROC PID|auto`. Bundled, and run as other users. */

import { createJournal } from '../../src/journal/journal.ts';
import { createLogger } from '../../src/logger.ts';
import { watchProcess } from '../../src/watch/process/watch-process.ts';

const [, , proc = '', pid = ''] = process.argv;
const journal = createJournal(Date.now);
const watcher = watchProcess(journal, createLogger('silent'));
await watcher.use({ proc, pid: pid === 'auto' ? pid : Number(pid) });
await watcher.stop();
process.stdout.write(
  JSON.stringify({ looks: [...journal.kernel.looks.values()], processes: journal.processes }),
);
