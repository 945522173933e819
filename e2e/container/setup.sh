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

# make_base makes a stand-in for an official Go image: this machine's Go, CA certificates, shell and coreutils. It has
# what Go compiled for the program here, too, so that a build of the image need not compile it again: Go marks what it
# uses in its cache once an hour.
make_base() {
  local root=$scratch/base file
  mkdir -p "$root"/{usr/local,etc/ssl/certs,root/.cache,tmp,bin}
  cp -a "$(go env GOROOT)" "$root/usr/local/go"
  cp /etc/passwd /etc/nsswitch.conf "$root/etc/"
  cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
  for file in sh chmod; do cp -L "$(command -v "$file")" "$root/bin/"; done
  # ldd names the libraries of a program, and its loader.
  for file in $(ldd "$root/bin/sh" "$root/bin/chmod" | grep -o '/[^ :]*lib[^ :]*\.so[^ :]*' | sort -u); do
    mkdir -p "$root${file%/*}"
    cp -L "$file" "$root$file"
  done
  CGO_ENABLED=0 go build -trimpath -o /dev/null .
  mkdir "$root/root/.cache/go-build"
  (cd "$(go env GOCACHE)" && find . -mmin -70 -type f -print0 | tar --null --files-from - -c) |
    tar -C "$root/root/.cache/go-build" -x
  tar -C "$root" -c . | docker import --change \
    'ENV PATH=/usr/local/go/bin:/bin HOME=/root GOTOOLCHAIN=local' - "$1"
}

install_missing
docker info >/dev/null 2>&1 || start_engine
for base in $(sed -nE 's/^FROM (.* )?(golang:[^ ]+).*/\2/p' Dockerfile examples/compose-app/Dockerfile | sort -u); do
  docker image inspect "$base" >/dev/null 2>&1 || docker pull "$base" || make_base "$base"
done
