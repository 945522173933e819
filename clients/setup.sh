#!/usr/bin/env bash
# Installs what the checks of the test kits need. Idempotent, and done in an instant when nothing has changed. It comes
# after e2e/setup.sh, which installs Node and Python.
set -euo pipefail
cd "$(dirname "$0")"
PATH="$PWD/../e2e/node/node_modules/.bin:$PATH"

if ! cmp -s node/package-lock.json node/node_modules/.installed; then
  (cd node && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
  cp node/package-lock.json node/node_modules/.installed
fi
if ! cmp -s python/requirements-dev.txt python/.venv/.installed; then
  python3 -m venv --clear python/.venv
  python/.venv/bin/pip install --quiet --disable-pip-version-check -r python/requirements-dev.txt
  cp python/requirements-dev.txt python/.venv/.installed
fi
