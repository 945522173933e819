#!/usr/bin/env bash
# Installs what the tests of this folder drive the fake with: the official SDKs, at pinned versions, and a browser.
# Idempotent, and done in an instant when nothing has changed. Debian, as root, where tools are missing.
set -euo pipefail
cd "$(dirname "$0")"

packages=()
command -v curl >/dev/null || packages+=(curl)
command -v chromium >/dev/null || packages+=(chromium)
command -v redis-server >/dev/null || packages+=(redis-server)
command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || packages+=(nginx-light)
command -v npm >/dev/null || packages+=(nodejs npm)
command -v javac >/dev/null || packages+=(default-jdk-headless)
command -v mvn >/dev/null || packages+=(maven)
command -v cargo >/dev/null || packages+=(cargo-web) # Debian 12's cargo is too old for the SDK; this one is for browsers
python3 -c 'import ensurepip, venv' 2>/dev/null || packages+=(python3-venv)
if ((${#packages[@]})); then
  ./apt.sh "${packages[@]}"
fi

# A copy of the lock in what was installed from it says that it is current; sdk_test.go looks at it, too.
# The SDK wants Node 22, Debian 12 has 18: so Node itself is among the dependencies.
install_node() {
  cmp -s node/package-lock.json node/node_modules/.installed && return
  (cd node && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
  (cd node/node_modules/.bin && ln -sf ../node-linux-*/bin/node node && ./node --version) # Debian's npm does not link it
  cp node/package-lock.json node/node_modules/.installed
}

# Playwright drives the Chromium of the system: without scripts nothing but the package is downloaded.
install_browser() {
  cmp -s browser/package-lock.json browser/node_modules/.installed && return
  (cd browser && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
  cp browser/package-lock.json browser/node_modules/.installed
}

install_python() {
  cmp -s "$1/requirements.txt" "$1/.venv/.installed" && return
  python3 -m venv --clear "$1/.venv"
  "$1/.venv/bin/pip" install --quiet --disable-pip-version-check -r "$1/requirements.txt"
  cp "$1/requirements.txt" "$1/.venv/.installed"
}

# Maven finds what the SDK needs; the lock has all of it, so that one day's run is the next day's.
install_kotlin() {
  cmp -s kotlin/jars.sha256 kotlin/jars/.installed && return
  rm -rf kotlin/jars
  mvn --quiet --batch-mode --strict-checksums --file kotlin/pom.xml dependency:copy-dependencies
  (cd kotlin/jars && sha256sum --check --quiet ../jars.sha256)
  cp kotlin/jars.sha256 kotlin/jars/.installed
}

# Compiling the SDK takes most of a minute. The test compiles what has changed of our own.
install_rust() {
  cmp -s rust/Cargo.lock rust/target/.installed && return
  (cd rust && cargo build --quiet --locked)
  cp rust/Cargo.lock rust/target/.installed
}

# They wait for downloads most of the time, so they run together.
jobs=()
for one in install_node install_browser "install_python python" "install_python schemathesis" install_kotlin install_rust; do
  (set -e; $one) &
  jobs+=($!)
done
for job in "${jobs[@]}"; do wait "$job"; done
