#!/usr/bin/env bash
# Installs Debian packages. Scripts that run at the same time wait for one another, since apt refuses to.
set -euo pipefail
exec 9>"${TMPDIR:-/tmp}/pipesfake-apt.lock"
flock 9
lists="${TMPDIR:-/tmp}/pipesfake-apt.lists" # changed when the lists of packages were downloaded
if [ -z "$(find "$lists" -mmin -60 2>/dev/null)" ]; then
  apt-get -qq update
  : >"$lists"
fi
DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends "$@" >/dev/null
