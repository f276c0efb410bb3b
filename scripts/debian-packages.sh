#!/bin/sh
# Installs those of the Debian packages listed in the given files that are missing. Without root or apt-get it says
# which, and goes on: the tests that need them say so too, and are counted as skipped.
set -eu
missing=""
for package in $(cat "$@" | sed 's/#.*//'); do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
[ -z "$missing" ] && exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "MISSING Debian packages, tests that need them will be skipped:$missing" >&2
  echo "install them with: sudo apt-get install$missing" >&2
  exit 0
fi
export DEBIAN_FRONTEND=noninteractive
# Debian Policy 9.3.3.2: the services that come with some packages are not started, for the tests start their own.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod +x "$policy"
  trap 'rm -f "$policy"' EXIT
fi
apt-get update -qq
# shellcheck disable=SC2086
apt-get install -y -qq --no-install-recommends $missing >/dev/null
