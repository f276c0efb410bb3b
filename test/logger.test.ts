import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

/** Standard output of a process that logs so. */
function logged(title: string): string {
  const program = `
    import { createLogger } from ${JSON.stringify(join(import.meta.dirname, '../src/logger.ts'))};
    const log = createLogger('info');
    log.warn({ title: ${JSON.stringify(title)} }, 'finding opened');
    log.flush();`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' }).stdout;
}

it('writes one line of JSON in which nothing steers a terminal, and nothing is lost', () => {
  const title = 'bücher\u001b[31m \u009b31m \u202e \u2028 \u{e0041} \u007f\r\n{"level":60}';
  const output = logged(title);
  expect(output).toMatch(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+\n$/u);
  expect(output).toContain('bücher');
  expect(JSON.parse(output)).toMatchObject({ title, msg: 'finding opened' });
});
