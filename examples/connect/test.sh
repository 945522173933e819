#!/usr/bin/env bash
# Runs the examples in Python and Node with the packed kits and the official SDKs, and the one in Java. It comes after
# e2e/setup.sh and clients/setup.sh, which install what it needs. "go test" in examples runs the one in Go.
# PIPESFAKE_PACKED is the folder that clients/pack.sh has filled; without it, the kits are packed now.
set -euo pipefail
cd "$(dirname "$0")"
root=$PWD/../..
PATH="$root/e2e/node/node_modules/.bin:$PATH"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
packed=${PIPESFAKE_PACKED:-$work}
[ -n "${PIPESFAKE_PACKED:-}" ] || "$root/clients/pack.sh" "$packed"
export PIPESFAKE_BIN=$packed/pipesfake

test_python() {
  cp -r python "$work"
  local libraries
  libraries=$(echo "$root"/e2e/python/.venv/lib/python*/site-packages) # the official SDK
  "$root/clients/python/.venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --target "$work/kit" \
    "$packed"/pipesfake-*.whl
  (cd "$work/python" && PYTHONPATH="$work/kit:$libraries" "$root/clients/python/.venv/bin/python" -m pytest -q)
}

test_node() {
  cp -r node "$work"
  local modules=$work/node/node_modules
  mkdir "$modules"
  tar -xzf "$packed"/pipesfake-*.tgz -C "$modules"
  mv "$modules/package" "$modules/pipesfake"
  ln -s "$root/clients/node/node_modules/vitest" "$modules/vitest"
  ln -s "$root/e2e/node/node_modules/@workos-inc" "$modules/@workos-inc"
  (cd "$work/node" && node "$root/clients/node/node_modules/vitest/vitest.mjs" run)
}

# Maven downloads what its local repository lacks, and nothing once it has all: every version is fixed.
test_java() {
  mkdir "$work/java"
  cp -r ../java/pom.xml ../java/src "$work/java"
  mvn --quiet --batch-mode --strict-checksums --file "$work/java/pom.xml" test
}

test_python
test_node
test_java
