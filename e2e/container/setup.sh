#!/usr/bin/env bash
# Makes ready what container_test.go needs: a Docker engine, compose, and the images to build from.
# Debian, as root, where something is missing. What it prints is for the shell that calls it:
#
#   engine=$(e2e/container/setup.sh) && eval "$engine"    # DOCKER_HOST and E2E_DOCKERD, if it started one
#   (cd e2e && go test ./...)
#   e2e/container/teardown.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
exec 3>&1 1>&2 # 3 is for the calling shell, the rest for people

scratch=$(mktemp -d)
started=
finish() {
  local status=$?
  rm -rf "$scratch"
  if [[ $status != 0 && $started ]]; then e2e/container/teardown.sh; fi # the caller will not know of it
}
trap finish EXIT

install() {
  e2e/apt.sh "$@"
}

install_missing() {
  local missing=()
  command -v docker >/dev/null && { docker info || command -v dockerd; } >/dev/null 2>&1 || missing+=(docker.io)
  docker compose version >/dev/null 2>&1 || command -v docker-compose >/dev/null || missing+=(docker-compose)
  if ((${#missing[@]})); then install "${missing[@]}"; fi
}

start_engine() {
  local dir pid deadline=$((SECONDS + 60))
  dir=$(mktemp -d -t dockerd.XXXXXX)
  export DOCKER_HOST=unix://$dir/docker.sock E2E_DOCKERD=$dir
  started=yes
  dockerd --data-root "$dir/data" --exec-root "$dir/exec" --pidfile "$dir/pid" \
    --host "$DOCKER_HOST" >"$dir/log" 2>&1 3>&- </dev/null &
  pid=$!
  until docker info >/dev/null 2>&1; do
    kill -0 "$pid" 2>/dev/null && ((SECONDS < deadline)) || { tail -n 30 "$dir/log"; return 1; }
    sleep 0.5
  done
  echo "export DOCKER_HOST=$DOCKER_HOST E2E_DOCKERD=$E2E_DOCKERD" >&3
}

# make_base makes a stand-in for an official Go image: a small Debian with this machine's Go and CA certificates.
make_base() {
  local root=$scratch/base codename
  command -v debootstrap >/dev/null || install debootstrap
  codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
  debootstrap --variant=minbase "$codename" "$root" >"$scratch/log" || { tail -n 30 "$scratch/log"; return 1; }
  mkdir -p "$root/usr/local/go" "$root/etc/ssl/certs"
  cp -a "$(go env GOROOT)/." "$root/usr/local/go/"
  cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
  tar -C "$root" --exclude ./var/cache/apt --exclude ./var/lib/apt/lists -c . | docker import \
    --change 'ENV PATH=/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin GOTOOLCHAIN=local' \
    - "$1"
}

install_missing
docker info >/dev/null 2>&1 || start_engine
for base in $(sed -nE 's/^FROM (.* )?(golang:[^ ]+).*/\2/p' Dockerfile examples/compose-app/Dockerfile | sort -u); do
  docker image inspect "$base" >/dev/null 2>&1 || docker pull "$base" || make_base "$base"
done
