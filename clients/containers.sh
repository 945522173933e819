#!/usr/bin/env bash
# Runs the tests of the kits that start containers, with the Docker engine of DOCKER_HOST and the image of the
# repository. They fail if no engine answers. clients/setup.sh comes before.
set -euo pipefail
cd "$(dirname "$0")"
PATH="$PWD/../e2e/node/node_modules/.bin:$PATH"
PIPESFAKE_IMAGE=$(docker build --quiet --build-arg VERSION=v0.0.0-test --build-arg TARGETARCH="$(go env GOARCH)" ..)
# The image of testcontainers' reaper would have to be downloaded.
export PIPESFAKE_IMAGE TESTCONTAINERS_RYUK_DISABLED=true

(cd python && PYTHONPATH=src .venv/bin/python -m pytest -q tests/test_testcontainers.py)
(cd node && npx vitest run test/testcontainers.test.ts)
(cd testcontainers && go test -count=1 ./...)
