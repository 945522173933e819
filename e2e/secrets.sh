#!/usr/bin/env bash
# Runs a real secret scanner over tokens of every provider that has a prefix of its own, as they would stand
# in somebody's recorded fixtures. The scanner must work, so a token of a real shape must be found.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$work"' EXIT

go build -o "$work/pipesfake" .
"$work/pipesfake" --addr 127.0.0.1:0 --log json >"$work/address" &
server=$!
until grep -q listening "$work/address"; do sleep 0.05; done
url=$(sed 's/.*"url":"\([^"]*\)".*/\1/' "$work/address")

mkdir "$work/ours" "$work/real"
for slug in github slack linear dropbox google-drive notion salesforce microsoft zoom; do
  for user in 1 2 3 4 5; do
    curl -sf "$url/data-integrations/$slug/token" -H 'Authorization: Bearer sk_test' -d "{\"user_id\": \"user_$user\"}" >>"$work/ours/$slug.json"
  done
done
# Put together here, so that this file itself is clean.
printf '{"access_token": "%s%s"}\n' gho_ 16C7e42F292c6912E7710c838347Ae178B4a >"$work/real/github.json"

scan() { "$work/gitleaks" dir --no-banner --log-level error --verbose --redact "$1"; }
GOBIN="$work" go install github.com/zricethezav/gitleaks/v8@v8.30.1
if scan "$work/real" >/dev/null; then
  echo "the scanner does not find a real token: this check checks nothing"
  exit 1
fi
scan "$work/ours"
echo "$(cat "$work"/ours/* | wc -l) tokens, and the scanner found nothing"
