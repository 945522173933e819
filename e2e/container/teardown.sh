#!/usr/bin/env bash
# Stops the dockerd that setup.sh started, if it started one, and removes its folder.
set -euo pipefail
[[ -n ${E2E_DOCKERD:-} ]] || exit 0

if pid=$(cat "$E2E_DOCKERD/pid" 2>/dev/null) && kill "$pid" 2>/dev/null; then
  timeout 60 tail --pid="$pid" -f /dev/null || kill -KILL "$pid"
fi
while read -r _ mounted _; do
  [[ $mounted != "$E2E_DOCKERD"/* ]] || umount "$mounted"
done </proc/mounts
rm -rf "$E2E_DOCKERD"
