#!/usr/bin/env bash
# Sets the version of the test kits, which is that of the server: clients/version.sh 1.2.3. A release does it.
# The second argument is the folder of the kits, this one unless said.
set -euo pipefail
version=${1#v}
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$ ]] || { echo "not a version such as 1.2.3: $1" >&2; exit 2; }
cd "${2:-$(dirname "$0")}"
sed -i "s/^  \"version\": \".*\"/  \"version\": \"$version\"/" node/package.json
sed -i "1,10s/^\( *\)\"version\": \".*\"/\1\"version\": \"$version\"/" node/package-lock.json
sed -i "s/^export const VERSION = '.*'/export const VERSION = '$version'/" node/src/server.ts
sed -i "s/^version = \".*\"/version = \"$version\"/" python/pyproject.toml
sed -i "s/^VERSION = \".*\"/VERSION = \"$version\"/" python/src/pipesfake/_server.py
