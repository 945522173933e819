#!/usr/bin/env bash
# Checks the test kits, and runs their tests with the packed artefacts against the real binary. PIPESFAKE_PACKED is the
# folder that clients/pack.sh has filled; without it, they are packed now.
set -euo pipefail
cd "$(dirname "$0")"
PATH="$PWD/../e2e/node/node_modules/.bin:$PATH"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
packed=${PIPESFAKE_PACKED:-$work}
[ -n "${PIPESFAKE_PACKED:-}" ] || ./pack.sh "$packed"
export PIPESFAKE_BIN=$packed/pipesfake

check_python() {
  cd python
  .venv/bin/ruff check .
  .venv/bin/ruff format --check .
  .venv/bin/mypy src tests
  .venv/bin/pip install --quiet --disable-pip-version-check --force-reinstall --no-deps "$packed"/pipesfake-*.whl
  .venv/bin/pytest -q
}

check_node() {
  cd node
  npx openapi-typescript ../../fake/internal/control/openapi.json --default-non-nullable false -o "$work/control.ts" >/dev/null
  cmp src/control.ts "$work/control.ts" || { echo "src/control.ts is stale: npm run generate"; return 1; }
  npm run --silent lint
  rm -rf .runs && mkdir .runs
  tar -xzf "$packed"/pipesfake-*.tgz -C .runs
  PIPESFAKE_PACKAGE=$PWD/.runs/package npm test
}

(check_python)
(check_node)
