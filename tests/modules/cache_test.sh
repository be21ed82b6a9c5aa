#!/usr/bin/env bash
# The cache of transformed sources: the same output with it, without it, and whatever happened to it. usage: cache_test.sh MILLRACE
set -uo pipefail
millrace=$(realpath "$1")
export NO_COLOR=1
work=$(mktemp -d)
trap 'chmod -R u+rwx "$work"; rm -rf "$work"' EXIT
cd "$work"
unset XDG_CACHE_HOME MILLRACE_CACHE
export HOME=$work/home
mkdir home
passed=0 failed=0

check() { # NAME CONDITION...: a command that must succeed
  local name=$1
  shift
  if "$@"; then passed=$((passed + 1)); else
    failed=$((failed + 1))
    echo "FAILED $name"
  fi
}
entries() { find "$1" -type f 2> /dev/null | wc -l; }
prints() { # EXPECTED COMMAND...
  local expected=$1 got
  shift
  got=$("$@" 2>&1) || true
  [ "$got" = "$expected" ] || { echo "printed: $got"; return 1; }
}
run() { timeout 60 "$millrace" run "$@"; }

echo 'export const value = 42; export default () => value;' > dep.mjs
printf 'import f, { value } from "./dep.mjs";\nconsole.log(f(), value);\n' > main.mjs
cache=home/.cache/millrace/modules

check 'cold' prints '42 42' run main.mjs
check 'one entry for each source' test "$(entries $cache)" -eq 2
check 'nobody else may look in' test "$(stat -c %a $cache)$(stat -c %a $(find $cache -type f | head -n 1))" = 700600
check 'warm' prints '42 42' run main.mjs
check 'warm adds nothing' test "$(entries $cache)" -eq 2
echo 'export const value = 43; export default () => value;' > dep.mjs
check 'a changed source is another entry' prints '43 43' run main.mjs
check 'a changed source keeps the old entry' test "$(entries $cache)" -eq 3
cp dep.mjs copy.mjs
check 'the same text elsewhere is the same entry' prints '43' run -e 'import("./copy.mjs").then((ns) => console.log(ns.value))'

# Whether the cache is used at all: an entry whose text is other than its source's, and signed properly, is what runs. The digests are
# those that the cache makes: of the key and the value.
forge() { # FILE SED_SCRIPT
  local key value
  key=$(basename "$1")
  value=$(tail -c +65 "$1" | sed "$2")
  { printf '%s%s' "$key" "$value" | sha256sum | cut -c1-64 | tr -d '\n'; printf '%s' "$value"; } > "$1.new"
  mv "$1.new" "$1"
}
echo 'console.log("as written");' > forged.mjs
run forged.mjs > /dev/null
entry=$(grep -l 'as written' $cache/*)
chmod 600 "$entry"
forge "$entry" 's/as written/from the cache/'
chmod 600 "$entry"
check 'the cache is used' prints 'from the cache' run forged.mjs
check 'MILLRACE_CACHE=off' prints 'as written' env MILLRACE_CACHE=off "$millrace" run forged.mjs
check 'XDG_CACHE_HOME goes before HOME' prints 'as written' env XDG_CACHE_HOME="$work/xdg" "$millrace" run forged.mjs
check 'XDG_CACHE_HOME is used' test "$(entries xdg/millrace/modules)" -eq 1
check 'MILLRACE_CACHE names a directory' prints 'as written' env MILLRACE_CACHE="$work/a/b/c" "$millrace" run forged.mjs
check 'directories are made' test "$(entries a/b/c/modules)" -eq 1
check 'no HOME' prints 'as written' env -u HOME "$millrace" run forged.mjs

# Damage.
flip() { printf '\x00' | dd of="$1" bs=1 seek=100 conv=notrunc 2> /dev/null; }
flip "$entry"
check 'a damaged entry is not used' prints 'as written' run forged.mjs
check 'a damaged entry is replaced' grep -q 'as written' "$entry"
check 'the replacement works' prints 'as written' run forged.mjs
: > "$entry"
check 'an empty entry' prints 'as written' run forged.mjs
head -c 70 <(tail -c +1 "$(grep -L 'as written' $cache/* | head -n 1)") > "$entry"
check 'another entry cut short' prints 'as written' run forged.mjs
cp "$(grep -l 'value' $cache/* | head -n 1)" "$entry"
check 'an entry under another name' prints 'as written' run forged.mjs
rm "$entry" && mkdir "$entry"
check 'a directory in place of an entry' prints 'as written' run forged.mjs
rmdir "$entry" && ln -s /dev/zero "$entry"
check 'a link in place of an entry' prints 'as written' run forged.mjs
rm -f "$entry" && mkfifo "$entry"
check 'a pipe in place of an entry' prints 'as written' run forged.mjs
rm -f "$entry"

# Who may write there.
run forged.mjs > /dev/null
forge "$entry" 's/as written/from the cache/'
chmod 622 "$entry"
check 'an entry that others may write' prints 'as written' run forged.mjs
check 'it is replaced' test "$(stat -c %a "$entry")" = 600
forge "$entry" 's/as written/from the cache/'
chmod 600 "$entry"
chmod 777 $cache
check 'a directory that others may write' prints 'as written' run forged.mjs
chmod 700 $cache
check 'put right, it is used again' prints 'from the cache' run forged.mjs
mv $cache elsewhere && ln -s "$work/elsewhere" $cache
check 'a link in place of the directory' prints 'as written' run forged.mjs
rm $cache && mv elsewhere $cache
if [ "$(id -u)" -eq 0 ] && command -v setpriv > /dev/null; then
  chown 65534 $cache
  check 'a directory of somebody else' prints 'as written' run forged.mjs
  chown 0 $cache && chown 65534 "$entry"
  check 'an entry of somebody else' prints 'as written' run forged.mjs
  # A directory that cannot be written, for somebody who is not root.
  chmod 755 "$work" && cp "$millrace" ./program && chmod 755 program && mkdir -m 555 fixed
  check 'a directory that cannot be written' prints 'as written' env MILLRACE_CACHE="$work/fixed" setpriv --reuid 65534 --regid 65534 --clear-groups ./program run forged.mjs
else
  mkdir -m 555 fixed
  check 'a directory that cannot be written' prints 'as written' env MILLRACE_CACHE="$work/fixed" "$millrace" run forged.mjs
fi
: > plain-file
check 'a file in place of the directory' prints 'as written' env MILLRACE_CACHE="$work/plain-file" "$millrace" run forged.mjs

# Several at once.
rm -rf $cache
for i in 1 2 3 4 5 6; do run main.mjs > "out.$i" & done
wait
check 'six at once' test "$(sort -u out.? | tr '\n' '|')" = '43 43|'
check 'nothing half-written is left' test -z "$(find $cache -name '.*' -type f)"

printf 'cache: %d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
