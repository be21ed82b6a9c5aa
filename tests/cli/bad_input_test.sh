#!/usr/bin/env bash
# What the program says to bad input: a clear message, the right exit code, and never a crash. usage: bad_input_test.sh MILLRACE
set -uo pipefail
millrace=$(realpath "$1")
export NO_COLOR=1
work=$(mktemp -d)
trap 'chmod -R u+rwx "$work"; rm -rf "$work"' EXIT
cd "$work"
passed=0 failed=0

# expect NAME CODE PATTERN COMMAND...: exit code and an extended regular expression that the output, both streams, must match.
expect() {
  local name=$1 code=$2 pattern=$3 output status
  shift 3
  output=$(timeout 60 "$@" 2>&1 < /dev/null)
  status=$?
  if [ "$status" -eq "$code" ] && grep -qE -- "$pattern" <<< "$output"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf 'FAILED %s: exit %s instead of %s, or no match for /%s/ in:\n%s\n' "$name" "$status" "$code" "$pattern" "$(head -c 600 <<< "$output")"
  fi
}

expect 'nothing to run' 2 'nothing to run: name a file' "$millrace"
expect 'unknown option' 2 "unknown option '--nope'" "$millrace" --nope file.js
expect 'unknown mode' 2 'unhandled-rejections' "$millrace" --unhandled-rejections=loud -e 0
expect 'missing value of -e' 2 '-e|--eval' "$millrace" -e
expect 'missing file' 66 "cannot run 'absent.js': there is no such file" "$millrace" run absent.js
mkdir empty
expect 'directory' 66 "cannot run 'empty': it is a directory" "$millrace" run empty
mkdir app && echo 'console.log("index", __filename.endsWith("app/index.js"))' > app/index.js
expect 'directory with index.js' 0 '^index true$' "$millrace" run app
printf 'let a = 1;\nlet b = ;\n' > syntax.js
expect 'syntax error names file and line' 1 'syntax\.js:2' "$millrace" run syntax.js
expect 'syntax error shows the line' 1 '^let b = ;$' "$millrace" run syntax.js
expect 'syntax error in -e' 1 'SyntaxError' "$millrace" -e 'let b = ;'
head -c 4096 "$millrace" > binary.js
expect 'binary file' 1 'not JavaScript text: it has a zero byte at offset' "$millrace" run binary.js
if [ "$(id -u)" -ne 0 ]; then
  echo 0 > secret.js && chmod 000 secret.js
  expect 'unreadable file' 66 "cannot run 'secret.js': Permission denied" "$millrace" run secret.js
elif command -v setpriv > /dev/null; then
  # Root may read everything, so somebody else tries; the program and this folder must be reachable for them.
  echo 0 > secret.js && chmod 600 secret.js && chmod 755 "$work" && cp "$millrace" "$work/millrace" && chmod 755 "$work/millrace"
  expect 'unreadable file' 66 "cannot run 'secret.js': Permission denied" setpriv --reuid 65534 --regid 65534 --clear-groups "$work/millrace" run secret.js
fi
{ echo 'let n = 0;'; awk 'BEGIN { for (i = 0; i < 1000000; i++) print "n += 1; // a line that makes the file large enough"; }'; echo 'console.log(n)'; } > large.js
expect 'a file of 50 MB works' 0 '^1000000$' "$millrace" run large.js
printf '#!/usr/bin/env millrace\nconsole.log("hashbang")' > hashbang.js
expect 'hashbang' 0 '^hashbang$' "$millrace" run hashbang.js
printf '\xef\xbb\xbfconsole.log("bom")' > bom.js
expect 'byte order mark' 0 '^bom$' "$millrace" run bom.js
printf 'console.log("caf\xe9".length)' > latin1.js
expect 'malformed UTF-8 becomes a replacement character' 0 '^4$' "$millrace" run latin1.js
: > empty.js
expect 'empty file' 0 '' "$millrace" run empty.js
echo 'import x from "y"' > module.js
expect 'a package that is missing is named' 1 "Cannot find package 'y' imported from .*/module\.js" "$millrace" run module.js
expect 'the import that misses it is shown' 1 'module\.js:1$' "$millrace" run module.js
printf 'let a = 1;\nexport let b = ;\n' > syntax.mjs
expect 'syntax error in an ES module names file and line' 1 'syntax\.mjs:2' "$millrace" run syntax.mjs
expect 'syntax error in an ES module shows the line' 1 '^export let b = ;$' "$millrace" run syntax.mjs
expect 'module root that is missing' 2 'module-root.*absent' "$millrace" --module-root absent module.js
expect 'unknown profile' 2 'profile: loud not in' "$millrace" run --profile=loud module.js
expect 'a directory in the profile web' 66 "cannot run 'app': it is a directory" "$millrace" run --profile=web app
expect 'a name without its ending in the profile web' 66 "cannot run 'args': there is no such file" "$millrace" run --profile=web args
expect 'an ES module as the main script of the profile web' 1 'the name of such a main file ends in .mjs' "$millrace" run --profile=web module.js
expect 'a syntax error in the profile web names file and line' 1 'syntax\.js:2$' "$millrace" run --profile=web syntax.js
expect 'arguments reach the program' 0 '^\[ .--x., .1., .-e. \]$' "$millrace" -e 'console.log(process.argv.slice(1))' -- --x 1 -e
echo 'console.log(process.argv.slice(2))' > args.js
expect 'arguments after the file are the program'"'"'s' 0 "^\[ '--help', '-v' \]$" "$millrace" run args.js --help -v
for thrown in null undefined '"text"' 42 'Symbol("s")' '{ a: 1 }' 'new Proxy({}, {})' '(() => { const r = Proxy.revocable({}, {}); r.revoke(); return r.proxy; })()' \
  'Object.create(null)' '{ get stack() { throw 1; }, toString() { throw 2; } }' \
  'Object.defineProperty(new Error("m"), "stack", { get() { throw new Error("inner"); } })' \
  'Object.defineProperty(new Error("m"), "message", { get() { throw new Error("inner"); } })' '() => {}' 10n; do
  expect "throw $thrown" 1 'Uncaught|Error' "$millrace" -e "throw ($thrown)"
  expect "throw $thrown in a timer" 1 'Uncaught|Error' "$millrace" -e "setTimeout(() => { throw ($thrown) })"
  expect "reject with $thrown" 1 'Uncaught|Error|reason' "$millrace" -e "Promise.reject($thrown)"
done
expect 'the cause chain is shown' 1 'cause.*: .*low' "$millrace" -e 'throw new Error("high", { cause: new Error("low") })'
printf 'function f() {\n  throw new TypeError("here");\n}\nf();\n' > where.js
expect 'position in the message' 1 'where\.js:2$' "$millrace" run where.js
expect 'stack names the function' 1 'at f \(.*where\.js:2:' "$millrace" run where.js

printf 'bad input: %d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
