import { describe, expect, it } from 'vitest';
import { isCompressed, isRotationOf } from '../../../../src/watch/logs/tail/names.ts';

describe('names of rotated generations', () => {
  it.each([
    ['app.log', 'app.log.1'],
    ['app.log', 'app.log.12'],
    ['app.log', 'app.log-20261123'],
    ['app.log', 'app.log-20261123-1795427483'],
    ['app.log', 'app.log.2026-11-23'],
    ['app.log', 'app.log.old'],
    ['app.log', 'app-20261123.log'],
    ['app.log', 'app-2026-11-23T10-00-00.000.log'],
    ['app.log', 'app.2026-11-23_10.log'],
    ['0.log', '0.log.20261123-101010'],
    ['syslog', 'syslog.1'],
    ['.log', '.log.1'],
    ['access_log', 'access_log.202611230000'],
  ])('%s becomes %s', (base, name) => {
    expect(isRotationOf(base, name)).toBe(true);
    expect(isRotationOf(name, base)).toBe(false);
  });

  it.each([
    ['app.log', 'app.log'],
    ['app.log', 'app.log.1.gz'],
    ['app.log', 'app.log.20261123-101010.gz'],
    ['app.log', 'app-2.log'],
    ['app.log', 'app.log.lock'],
    ['app.log', 'app.logger'],
    ['app.log', 'app.log.'],
    ['app.log', 'application.log'],
    ['app.log', 'my-app.log.1'],
    ['0.log', '1.log'],
    ['app', 'app-server.1'],
  ])('%s does not become %s', (base, name) => {
    expect(isRotationOf(base, name)).toBe(false);
  });

  it('knows what is compressed', () => {
    expect(['a.gz', 'a.log.1.zst', 'a.XZ', 'a.bz2'].every(isCompressed)).toBe(true);
    expect(['a.log', 'gz', 'a.gz.log'].some(isCompressed)).toBe(false);
  });
});
