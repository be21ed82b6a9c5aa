#!/usr/bin/env bash
# Runs a JavaScript program that nobody trusts in a process of its own: millrace's sandbox inside, the kernel's outside. Without root, where the
# system lets users make namespaces. usage: run.sh [MILLRACE] PROGRAM.js
set -euo pipefail
millrace=$(command -v millrace || true)
[ $# -lt 2 ] || { millrace=$(realpath "$1") && shift; }
[ $# -eq 1 ] && [ -n "$millrace" ] || { echo "usage: run.sh [MILLRACE] PROGRAM.js" >&2; exit 2; }
program=$(realpath "$1")

# What follows runs as root of a user namespace that has nothing: no network but a loopback that is down, no process but its own, no file but these.
root=$(mktemp -d)
trap 'rmdir "$root"' EXIT
export millrace program root
unshare --user --map-root-user --net --pid --fork --mount --ipc --uts --kill-child -- bash -euc '
  mount -t tmpfs -o size=1M,mode=755 none "$root"
  mkdir -p "$root"/{proc,dev,app}
  mount -t proc -o ro none "$root/proc"
  touch "$root"/{app/millrace,app/program.js,dev/null,dev/urandom}
  for device in null urandom; do mount --bind "/dev/$device" "$root/dev/$device"; done
  # Read-only, and neither devices nor set-user-id programs count.
  bind() { mount --bind "$1" "$2" && mount -o remount,bind,ro,nosuid,nodev "$2"; }
  for folder in /usr /lib /lib64; do
    [ -d "$folder" ] || continue
    if [ -L "$folder" ]; then ln -s "$(readlink "$folder")" "$root$folder"; else mkdir "$root$folder" && bind "$folder" "$root$folder"; fi
  done
  bind "$millrace" "$root/app/millrace"
  bind "$program" "$root/app/program.js"
  mount -o remount,ro "$root"
  # Processor seconds in all and open files. Memory and processes are for a cgroup to limit (docs/security.md): the engine reserves
  # far more addresses than it uses, so that ulimit -v would stop it at once.
  ulimit -t 10 -n 64 -c 0
  exec env -i "$(command -v chroot || echo /usr/sbin/chroot)" "$root" /app/millrace run --sandbox /app/program.js
'
