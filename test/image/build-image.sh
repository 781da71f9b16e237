#!/usr/bin/env bash
# Builds the Dockerfile for real and looks at what came out, with no container engine and no pull:
# the base image is a stand-in (a minimal Debian with this project's own Node 24 and this machine's npm),
# committed under the base's name. Exit 0: passed. 77: skipped, the reason printed. Anything else: failed.
# BUILD_CONTEXT is another folder to build, IMAGE_SECONDS the time one step may take (default 900).
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
context=${BUILD_CONTEXT:-$root}
seconds=${IMAGE_SECONDS:-900}
image=localhost/acr-chatops:check

skip() { echo "skipped: image build: $1"; exit 77; }
fail() { echo "image: $1" >&2; exit 1; }

for tool in buildah mmdebstrap; do
  command -v "$tool" >/dev/null || skip "$tool is not installed"
done
[ "$(id -u)" = 0 ] || skip "chroot isolation needs root"
node=$root/node_modules/node/bin/node
[ -x "$node" ] || skip "node_modules has no node: run npm ci first"
npm_folder=$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")
[ -d "$npm_folder/node_modules" ] || skip "npm of this machine is no self-contained folder"

work=$(mktemp -d)
# A storage of its own: nothing of this machine's images is seen or changed.
b() { timeout "$seconds" buildah --storage-driver vfs --root "$work/storage" --runroot "$work/run" "$@"; }
clean() {
  b umount --all >/dev/null 2>&1 || true
  b rm --all >/dev/null 2>&1 || true
  rm -rf --one-file-system "$work"
}
trap clean EXIT

# 1. The stand-in base. Debian comes by this machine's own apt settings (proxy, cache, clock checks).
echo "image: making the stand-in base"
apt-config dump 2>/dev/null | grep -E '^Acquire::(http|https|Check-|Retries)' >"$work/apt.conf" || true
suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
base=$(b from scratch)
mount=$(b mount "$base")
timeout "$seconds" mmdebstrap --quiet --mode=root --format=directory --variant=essential --include=libstdc++6 \
  --aptopt="$work/apt.conf" "$suite" "$mount" </dev/null
install -m 755 "$node" "$mount/usr/local/bin/node"
mkdir -p "$mount/usr/local/lib/node_modules"
cp -a "$npm_folder" "$mount/usr/local/lib/node_modules/npm"
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$mount/usr/local/bin/npm"
echo 'node:x:1000:1000::/home/node:/bin/sh' >>"$mount/etc/passwd"
echo 'node:x:1000:' >>"$mount/etc/group"
install -d -o 1000 -g 1000 "$mount/home/node"
b umount "$base" >/dev/null
b config --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$base"
b commit --quiet --rm --format docker "$base" docker.io/library/node:24-slim >/dev/null

# 2. The build. What npm needs on this machine (its settings, its certificates) goes in as secrets only.
echo "image: building"
secrets=()
[ ! -s "$HOME/.npmrc" ] || secrets+=(--secret "id=npmrc,src=$HOME/.npmrc")
certificates=${NODE_EXTRA_CA_CERTS:-}
[ ! -s "$certificates" ] || secrets+=(--secret "id=ca,src=$certificates")
version=$("$node" -p 'require(process.argv[1]).version' "$context/package.json")
b bud --isolation chroot --pull-never --format docker --build-arg "VERSION=$version" "${secrets[@]}" \
  -t "$image" -f "$context/Dockerfile" "$context"

# 3. What the image says of itself.
container=$(b from --pull-never "$image")
b inspect --type image "$image" >"$work/inspect.json"
health=$("$node" "$root/test/image/check-config.ts" "$work/inspect.json" "$version")

# 4. What is in it.
files=$(b mount "$container")
"$node" "$root/test/image/check-files.ts" "$files" "$context/package-lock.json"

# 5. It runs, as a user who is not root, who may write to the data folder and nowhere else in the application.
in_image() { b run --isolation chroot "$container" -- "$@"; }
uid=$(in_image id -u)
[ "$uid" != 0 ] || fail "runs as root"
in_image sh -c 'touch data/probe && rm data/probe' || fail "uid $uid cannot write to the data folder"
! in_image sh -c 'touch dist/probe' 2>/dev/null || fail "uid $uid can change the program"
in_image node dist/main.js --help >"$work/help.txt" || fail "--help exited with $?: $(tail -n 5 "$work/help.txt")"
grep -q serve "$work/help.txt" || fail "--help does not name serve: $(head -n 5 "$work/help.txt")"
# A start without a configuration must fail, in words.
if in_image node dist/main.js serve --config /etc/acr-chatops/acr-chatops.yaml >"$work/serve.txt" 2>&1; then
  fail "serve without a configuration exited with 0"
fi
grep -q acr-chatops.yaml "$work/serve.txt" || fail "serve does not name the missing file: $(head -n 5 "$work/serve.txt")"

b run --isolation chroot -v "$root/test/image/check-serving.ts:/check-serving.ts:ro" "$container" -- \
  node /check-serving.ts "$health"

echo "image: uid $uid, node $(in_image node --version), application $(du -sm "$files/app" | cut -f1) MB," \
  "with the stand-in base $(b images --format '{{.Size}}' "$image" | tr -d ' ')"
echo "image: passed"
