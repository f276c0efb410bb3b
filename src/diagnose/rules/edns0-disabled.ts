import { time } from '../evidence.ts';
import type { AppRule } from '../finding.ts';

/**
 * Go's resolver sends no EDNS0: `netedns0=0` is in a GODEBUG the log shows, or the Go version is older than 1.19.
 * Modules with `go 1.18` or less in go.mod get it as a default from Go 1.21 and newer (golang/go#73973).
 */
export const edns0Disabled: AppRule = {
  id: 'edns0-disabled',
  severity: 'info',
  about: 'app',
  judge(app) {
    const { goVersion, mode, orders } = app.trace.summary();
    const { edns0Off } = app;
    const usesGo = mode === 'go' || orders.some((order) => order !== 'cgo');
    const older = goVersion.max !== undefined && goVersion.max <= 18 && usesGo;
    if (!edns0Off && !older) return undefined;
    return {
      severity: 'info',
      title:
        'Go’s resolver sends no EDNS0: answers over 512 bytes are truncated and asked for again over TCP',
      evidence: edns0Off
        ? [`the log shows netedns0=0, last ${time(edns0Off.last)}: ${edns0Off.text}`]
        : [`the trace is worded as by Go 1.${goVersion.max} or older; EDNS0 (1232 bytes) came with Go 1.19`],
      fix: edns0Off
        ? 'Set `go 1.19` or newer in go.mod, or `godebug netedns0=1` there, or GODEBUG=netedns0=1 in the environment.'
        : 'Build with Go 1.19 or newer.',
      ...(edns0Off && { since: edns0Off.first }),
    };
  },
};
