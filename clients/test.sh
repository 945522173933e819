#!/usr/bin/env bash
# Checks and packs the test kits, and runs their tests with the packed artefacts against the real binary.
set -euo pipefail
cd "$(dirname "$0")"
PATH="$PWD/../e2e/node/node_modules/.bin:$PATH"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
PIPESFAKE_BIN=$work/pipesfake
export PIPESFAKE_BIN
(cd .. && go build -o "$PIPESFAKE_BIN" .)

check_python() {
  cd python
  .venv/bin/ruff check .
  .venv/bin/ruff format --check .
  .venv/bin/mypy src tests
  .venv/bin/python -m build --no-isolation --outdir "$work" . >/dev/null
  .venv/bin/pip install --quiet --disable-pip-version-check --force-reinstall --no-deps "$work"/pipesfake-*.whl
  .venv/bin/pytest -q
}

check_node() {
  cd node
  npx openapi-typescript ../../fake/internal/control/openapi.json --default-non-nullable false -o "$work/control.ts" >/dev/null
  cmp src/control.ts "$work/control.ts" || { echo "src/control.ts is stale: npm run generate"; return 1; }
  npm run --silent lint
  rm -rf .runs && mkdir .runs
  npm pack --silent --pack-destination .runs >/dev/null
  tar -xzf .runs/pipesfake-*.tgz -C .runs
  PIPESFAKE_PACKAGE=$PWD/.runs/package npm test
}

(check_python)
(check_node)
