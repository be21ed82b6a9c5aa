# shellcheck shell=bash
# Sourced by tests that need packages of npm: npm_ci FOLDER WHAT fetches what the lock in FOLDER names, unless it was fetched already.
# Tests that use the same packages may run at once: the first fetches, the others wait. The stamp is written when the fetch is complete.
npm_ci() {
  local folder=$1 what=$2
  (
    cd "$folder"
    exec 9> .fetching
    flock --wait 300 9 || { echo "another run has been fetching $what for five minutes (lock: $PWD/.fetching)" >&2; exit 1; }
    if [ ! node_modules/.fetched -nt package-lock.json ]; then
      command -v npm > /dev/null || { echo "npm is missing: it fetches $what (./dev deps installs it)" >&2; exit 1; }
      npm ci --ignore-scripts --no-audit --no-fund > npm.log 2>&1 || { tail -n 20 npm.log >&2; echo "npm could not fetch $what" >&2; exit 1; }
      touch node_modules/.fetched
    fi
  )
}
