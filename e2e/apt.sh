#!/usr/bin/env bash
# Installs Debian packages. Scripts that run at the same time wait for one another, since apt refuses to.
set -euo pipefail
exec 9>"${TMPDIR:-/tmp}/pipesfake-apt.lock"
flock 9
apt-get -qq update
DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends "$@" >/dev/null
