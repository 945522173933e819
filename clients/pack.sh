#!/usr/bin/env bash
# Packs what the tests of the kits and of the examples run with into a folder: the binary, the wheel and the npm package.
# clients/setup.sh comes before.
set -euo pipefail
folder=$(cd "$1" && pwd)
cd "$(dirname "$0")"
PATH="$PWD/../e2e/node/node_modules/.bin:$PATH"

(cd .. && go build -o "$folder/pipesfake" .)
python/.venv/bin/python -m build --no-isolation --outdir "$folder" python >/dev/null
(cd node && npm pack --silent --pack-destination "$folder" >/dev/null)
