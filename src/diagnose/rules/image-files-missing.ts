import type { BinaryFacts } from '../../binary/binary-facts.ts';
import { tagsIn } from '../../golang/build-tags.ts';
import { NSSWITCH_DEFAULT_SINCE } from '../../golang/lookup-order-sources.ts';
import { minorIn } from '../../golang/versions.ts';
import type { ImageFile } from '../../image/image-facts.ts';
import type { JoinedRule } from '../finding.ts';

/** What Go programs read, what they do without it, and what brings it. */
const FILES: Readonly<
  Partial<
    Record<ImageFile, { path: string; without: string; cure: string; matters?(binary: BinaryFacts): boolean }>
  >
> = {
  'ca-certificates': {
    path: '/etc/ssl/certs/ca-certificates.crt',
    without: 'every TLS connection to a public name fails: x509: certificate signed by unknown authority',
    cure: 'COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/',
    // crypto/x509: SetFallbackRoots, which this module calls.
    matters: ({ build }) =>
      !build?.deps.some(({ path }) => path === 'golang.org/x/crypto/x509roots/fallback'),
  },
  tzdata: {
    path: '/usr/share/zoneinfo',
    without: 'time.LoadLocation fails: unknown time zone',
    cure: 'COPY --from=build /usr/share/zoneinfo /usr/share/zoneinfo, or build with -tags timetzdata',
    matters: ({ build }) => !tagsIn(build?.settings.get('-tags')).includes('timetzdata'),
  },
  'nsswitch.conf': {
    path: '/etc/nsswitch.conf',
    without: 'this Go asks nameservers before it reads /etc/hosts',
    cure: 'RUN echo "hosts: files dns" > /etc/nsswitch.conf',
    matters: ({ build }) =>
      ((build && minorIn(build.goVersion)) ?? NSSWITCH_DEFAULT_SINCE) < NSSWITCH_DEFAULT_SINCE,
  },
};

/** Files of the image that Go programs read, and that are not there; those that kubelet mounts are not asked for. */
export const imageFilesMissing: JoinedRule = {
  id: 'image-files-missing',
  severity: 'info',
  about: 'everything',
  judge({ program }) {
    const { binary, image } = program ?? {};
    if (!program || !binary?.isGo || !image) return [];
    const missing = Object.entries(FILES).filter(
      ([name, { matters }]) => image.files[name as ImageFile] === false && (matters?.(binary) ?? true),
    );
    if (missing.length === 0) return [];
    return [
      {
        subject: program.subject,
        severity: 'info',
        title: `The image lacks files that Go programs read: ${missing.map(([name]) => name).join(', ')}`,
        evidence: missing.map(([, { path, without }]) => `${path} is not there: ${without}`),
        fix: `In the Dockerfile’s last stage: ${missing.map(([, { cure }]) => cure).join('; ')}. gcr.io/distroless/static has all of them.`,
      },
    ];
  },
};
