import { BOTH, GLIBC, type NativeModule, NO_PACKAGES, packaged } from './native-module.ts';

/** Images, screens, packets and the kernel's neighbours. Each row names the file of the module that shows it. */
export const MEDIA_AND_SYSTEM: readonly NativeModule[] = [
  {
    // cgo.go: -lopencv_core and others; Debian 12 has OpenCV 4.6, newer releases of GoCV ask for a newer one.
    path: 'gocv.io/x/gocv',
    also: ['github.com/hybridgroup/gocv'],
    what: 'OpenCV',
    ...{ needsCgo: 'always', withoutCgo: 'build-fails', code: 'linked', cplusplus: true, libcs: BOTH },
    ...packaged('libopencv_core.so', ['libopencv-contrib406', 'opencv'], ['libopencv-dev', 'opencv-dev']),
  },
  {
    // vips.go, vips/govips_linux.go: pkg-config vips.
    path: 'github.com/h2non/bimg',
    also: ['gopkg.in/h2non/bimg', 'github.com/davidbyttow/govips', 'github.com/cshum/vipsgen'],
    what: 'libvips',
    ...{ needsCgo: 'always', withoutCgo: 'build-fails', code: 'linked', libcs: BOTH },
    ...packaged('libvips.so', ['libvips42', 'vips'], ['libvips-dev', 'vips-dev']),
  },
  {
    // imagick/magick_wand.go: pkg-config MagickWand MagickCore. v2 is for ImageMagick 6, v3 for 7 (README.md).
    path: 'gopkg.in/gographics/imagick',
    also: ['github.com/gographics/imagick'],
    what: 'ImageMagick: Debian 12 has release 6 (imagick.v2), Alpine release 7 (imagick.v3)',
    ...{ needsCgo: 'always', withoutCgo: 'build-fails', code: 'linked', libcs: BOTH },
    ...packaged(
      'libMagickWand-6.Q16.so',
      ['libmagickwand-6.q16-6', 'imagemagick-libs'],
      ['libmagickwand-dev', 'imagemagick-dev'],
    ),
  },
  {
    // v3.3/glfw/build.go: -lGL -lX11 -lXrandr -lXxf86vm -lXi -lXcursor -lXinerama.
    path: 'github.com/go-gl',
    what: 'OpenGL and the window system',
    ...{
      needsCgo: 'some-packages',
      packages: ['gl', 'glfw'],
      withoutCgo: 'build-fails',
      code: 'linked',
      libcs: BOTH,
    },
    runLibraries: [
      { soname: 'libGL.so', debian: 'libgl1', alpine: 'mesa-gl' },
      { soname: 'libX11.so', debian: 'libx11-6', alpine: 'libx11' },
    ],
    buildPackages: { debian: ['libgl1-mesa-dev', 'xorg-dev'], alpine: ['mesa-dev'] },
  },
  {
    // sdl/sdl_cgo.go: pkg-config sdl2.
    path: 'github.com/veandco/go-sdl2',
    what: 'SDL 2',
    ...{ needsCgo: 'always', withoutCgo: 'build-fails', code: 'linked', libcs: BOTH },
    ...packaged('libSDL2-2.0.so', ['libsdl2-2.0-0', 'sdl2'], ['libsdl2-dev', 'sdl2-dev']),
  },
  {
    // README.md: portaudio19-dev.
    path: 'github.com/gordonklaus/portaudio',
    what: 'PortAudio',
    ...{ needsCgo: 'always', withoutCgo: 'build-fails', code: 'linked', libcs: BOTH },
    ...packaged('libportaudio.so', ['libportaudio2', 'portaudio'], ['portaudio19-dev', 'portaudio-dev']),
  },
  {
    // pcap/pcap_unix.go: -lpcap; no other package of the module calls C but pfring.
    path: 'github.com/google/gopacket',
    also: ['github.com/gopacket/gopacket'],
    what: 'packets; its package pcap is libpcap',
    ...{ needsCgo: 'some-packages', packages: ['pcap', 'pfring'], withoutCgo: 'build-fails' },
    ...{ code: 'linked', libcs: BOTH },
    ...packaged('libpcap.so', ['libpcap0.8', 'libpcap'], ['libpcap-dev', 'libpcap-dev']),
    pureGo: {
      path: 'github.com/gopacket/gopacket',
      note: 'its package pcapgo reads files and network devices',
    },
  },
  {
    // README.md: libusb-1.0.
    path: 'github.com/google/gousb',
    what: 'libusb',
    ...{ needsCgo: 'always', withoutCgo: 'build-fails', code: 'linked', libcs: BOTH },
    ...packaged('libusb-1.0.so', ['libusb-1.0-0', 'libusb'], ['libusb-1.0-0-dev', 'libusb-dev']),
  },
  {
    // seccomp_internal.go: pkg-config libseccomp. runc imports it only with the tag seccomp.
    path: 'github.com/seccomp/libseccomp-golang',
    what: 'libseccomp',
    ...{ needsCgo: 'always', withoutCgo: 'build-fails', code: 'linked', libcs: BOTH },
    ...{ ...packaged('libseccomp.so', ['libseccomp2', 'libseccomp'], ['libseccomp-dev', 'libseccomp-dev']) },
    optionalFor: 'runc’s packages without the tag seccomp',
    pureGo: { path: 'github.com/elastic/go-seccomp-bpf' },
  },
  {
    // sdjournal/journal.go: dlopen of libsystemd.so.0 by internal/dlopen, headers of systemd.
    path: 'github.com/coreos/go-systemd',
    what: 'systemd; its package sdjournal is libsystemd, opened at run time',
    ...{ needsCgo: 'some-packages', packages: ['sdjournal', 'dlopen', 'internal/dlopen'] },
    ...{ withoutCgo: 'build-fails', code: 'loaded', libcs: GLIBC },
    ...packaged('libsystemd.so', ['libsystemd0'], ['libsystemd-dev']),
  },
  {
    // pull request 410: without cgo the drivers that call C are left out.
    path: 'github.com/containers/storage',
    also: ['go.podman.io/storage'],
    what: 'container storage; without cgo it has no driver for btrfs',
    ...{ needsCgo: 'optional', withoutCgo: 'works', code: 'bundled', libcs: BOTH },
    ...{ runLibraries: [], buildPackages: { debian: ['libbtrfs-dev'], alpine: ['btrfs-progs-dev'] } },
  },
  {
    // containers/image, signature/mechanism_gpgme.go: `!containers_image_openpgp && cgo`.
    path: 'github.com/proglottis/gpgme',
    what: 'GPGME',
    ...{ needsCgo: 'always', withoutCgo: 'build-fails', code: 'linked', libcs: BOTH },
    ...packaged('libgpgme.so', ['libgpgme11', 'gpgme'], ['libgpgme-dev', 'gpgme-dev']),
    optionalFor: 'containers/image, without cgo or with the tag containers_image_openpgp',
  },
  {
    // connect.go and others: pkg-config libvirt.
    path: 'libvirt.org/go/libvirt',
    also: ['github.com/libvirt/libvirt-go', 'libvirt.org/libvirt-go'],
    what: 'libvirt',
    ...{ needsCgo: 'always', withoutCgo: 'build-fails', code: 'linked', libcs: BOTH },
    ...packaged('libvirt.so', ['libvirt0', 'libvirt-libs'], ['libvirt-dev', 'libvirt-dev']),
    pureGo: { path: 'github.com/digitalocean/go-libvirt' },
  },
  {
    // README.md, "Overview": libnvidia-ml.so of the driver, opened at run time.
    path: 'github.com/NVIDIA/go-nvml',
    what: 'NVIDIA’s management library, which the driver brings into the container',
    ...{ needsCgo: 'always', withoutCgo: 'build-fails', code: 'loaded', libcs: GLIBC },
    ...{ ...NO_PACKAGES, byHand: 'libnvidia-ml.so.1 of the NVIDIA container runtime' },
  },
  {
    // dlfcn_nocgo_linux.go: `go:cgo_import_dynamic purego_dlopen dlopen "libdl.so.2"` where cgo is off.
    path: 'github.com/ebitengine/purego',
    what: 'a way to call C without cgo: on Linux programs with it ask for glibc’s loader even so',
    ...{ needsCgo: 'never', withoutCgo: 'works', code: 'loaded', libcs: GLIBC },
    ...{ ...NO_PACKAGES, optionalFor: 'on macOS alone gopsutil and others' },
  },
];
