#!/bin/sh
# Gets the newest Go of other Debian suites, and UPX, into the git-ignored test/lab/build/suites: what a linker leaves
# in a binary differs by release. Nothing else of the machine changes. Where a suite cannot be had it says so, and goes
# on: the tests that need it say so too, and are counted as skipped.
set -eu
cd "$(dirname "$0")/.."
suites="$PWD/test/lab/build/suites"
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
mkdir -p "$suites"
work=$(mktemp -d "$suites/.XXXXXX")
trap 'rm -rf "$work"' EXIT

missing() {
  echo "MISSING $1, tests of binaries of more releases of Go will be skipped" >&2
}

# apt of a suite, by configuration of its own: only the way to the archive is the machine's.
of() {
  suite=$1 command=$2
  shift 2
  mkdir -p "$work/$suite/lists/partial" "$work/$suite/archives/partial"
  : >"$work/$suite/status"
  echo "deb [signed-by=$keyring] $archive $suite main" >"$work/$suite/sources.list"
  (cd "$work/$suite" && "$command" -q -o "Dir::State=$work/$suite" -o "Dir::State::status=$work/$suite/status" \
    -o "Dir::Cache=$work/$suite" -o "Dir::Etc::sourcelist=$work/$suite/sources.list" \
    -o Dir::Etc::sourceparts=/dev/null -o Dir::Etc::preferencesparts=/dev/null -o Dir::Etc::preferences=/dev/null \
    -o APT::Sandbox::User=root -o Acquire::Languages=none -o Acquire::Retries=3 "$@")
}

# Fails where the suite does not have it all, and then leaves nothing behind.
get() {
  of "$1" apt-get update >/dev/null || return 1
  go=$(of "$1" apt-cache search --names-only '^golang-1\.[0-9]+-go$' | sed 's/ .*//' | sort -V | tail -n 1)
  # shellcheck disable=SC2086
  of "$1" apt-get download "$go" "${go%-go}-src" $2 >/dev/null || return 1
  for package in "$work/$1"/*.deb; do
    mkdir -p "$work/$1/root"
    dpkg-deb --fsys-tarfile "$package" | tar -x -C "$work/$1/root" --exclude='./usr/share/doc' \
      --exclude='./usr/share/go-*/api' --exclude='./usr/share/go-*/test' --exclude='./usr/share/go-*/src/cmd' \
      --exclude=testdata --exclude='*_test.go' || return 1
    echo "$1: $(basename "$package"), $(($(wc -c <"$package") / 1000000)) MB"
  done
  mv "$work/$1/root" "$suites/$1"
}

# shellcheck disable=SC2016
archive=$(apt-get indextargets --no-release-info --format '$(SITE)' 'Identifier: Packages' | grep -m 1 '/debian/*$') ||
  archive=""
if [ -z "$archive" ] || [ ! -r "$keyring" ]; then
  missing "a source of Debian packages, and its keys"
  exit 0
fi

# The oldest of function tables and the newest are in these; UPX for the C library of Debian 12.
for suite in bullseye trixie trixie-backports; do
  more=""
  [ "$suite" = bullseye ] && more="upx-ucl libucl1"
  [ -d "$suites/$suite" ] || get "$suite" "$more" || missing "Go of Debian $suite"
done
