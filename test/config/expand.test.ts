import { describe, expect, it } from 'vitest';
import { expandReferences } from '../../src/config/expand.ts';
import { loadConfig } from '../../src/config/load.ts';

const expanded = (metricsUrl: string, environment: Record<string, string> = {}) =>
  expandReferences(loadConfig([{ input: { node: { metricsUrl } }, where: () => 'a test' }]), environment).node
    .metricsUrl;

describe('$(NAME) in node.metricsUrl', () => {
  it.each([
    ['http://10.0.0.7:9100/metrics', 'http://10.0.0.7:9100/metrics'],
    ['http://$(HOST_IP):9100/metrics', 'http://10.0.0.9:9100/metrics'],
    ['http://$(HOST_IP6):$(PORT)/metrics', 'http://[fd00::9]:9101/metrics'],
  ])('%s', (written, meant) => {
    expect(expanded(written, { HOST_IP: '10.0.0.9', HOST_IP6: 'fd00::9', PORT: '9101' })).toBe(meant);
  });

  it('says which variable is missing, and how to give it', () => {
    expect(() => expanded('http://$(HOST_IP):9100/metrics')).toThrow(
      /node\.metricsUrl: HOST_IP is not set; give it in the pod’s env .*status\.hostIP/,
    );
  });

  it('says what is no URL any more', () => {
    expect(() => expanded('http://$(HOST_IP)/metrics', { HOST_IP: 'a b' })).toThrow(
      /http:\/\/a b\/metrics is no URL/,
    );
  });
});
