#!/usr/bin/env bash
# --module-root: nothing outside of it is loaded, by no way of naming it. usage: root_test.sh MILLRACE
set -uo pipefail
millrace=$(realpath "$1")
export NO_COLOR=1 MILLRACE_CACHE=off
work=$(realpath "$(mktemp -d)")
trap 'rm -rf "$work"' EXIT
cd "$work"
passed=0 failed=0
mkdir -p root/sub/node_modules root/lib outside node_modules/above root-sibling
echo 'export default "inside";' > root/lib/inside.mjs
echo 'export default "outside"; console.log("ESCAPED");' | tee outside/out.mjs node_modules/above/index.mjs root-sibling/out.mjs > /dev/null
echo 'console.log("ESCAPED"); module.exports = "outside";' | tee outside/out.cjs node_modules/above/index.js > /dev/null
echo '{ "secret": 1 }' > outside/data.json
echo '{ "name": "above", "exports": "./index.mjs" }' > node_modules/above/package.json
ln -s ../../outside/out.mjs root/lib/link.mjs
ln -s ../../outside/out.cjs root/lib/link.cjs
ln -s ../../outside root/lib/linked
ln -s inside.mjs root/lib/good.mjs
ln -s ../../../outside root/sub/node_modules/package
echo '{ "name": "package", "main": "out.cjs", "imports": { "#up": "./out.mjs" } }' > outside/package.json
ln -s root root-link

check() { # NAME PATTERN CODE [FILE]: runs CODE as root/sub/main.mjs (or FILE); its output must match the whole PATTERN, and nothing escapes
  local name=$1 pattern=$2 code=$3 file=${4:-root/sub/main.mjs} output
  echo "$code" > "$file"
  output=$(timeout 60 "$millrace" run --module-root "${root:-root}" "$file" 2>&1)
  if grep -qE -- "$pattern" <<< "$output" && ! grep -q ESCAPED <<< "$output"; then passed=$((passed + 1)); else
    failed=$((failed + 1))
    printf 'FAILED %s: no match for /%s/ in:\n%s\n' "$name" "$pattern" "$output"
  fi
}
refused="is outside of the directory that modules are loaded from, '$work/root'"
say='.then((ns) => console.log("loaded", ns.default), (e) => console.log(e.code, e.message))'

check 'inside' '^loaded inside$' "import('../lib/inside.mjs')$say"
check 'a link that stays inside' '^loaded inside$' "import('../lib/good.mjs')$say"
check 'a static import out' "Error \[ERR_MODULE_OUTSIDE_ROOT\]: '$work/outside/out.mjs' $refused" "import '../../outside/out.mjs'"
check 'the error shows the import' 'sub/main\.mjs:1$' "import '../../outside/out.mjs'"
check 'import() out' "^ERR_MODULE_OUTSIDE_ROOT .$work/outside/out.mjs. $refused" "import('../../outside/out.mjs')$say"
check 'an absolute path' '^ERR_MODULE_OUTSIDE_ROOT' "import('$work/outside/out.mjs')$say"
check 'a file URL' '^ERR_MODULE_OUTSIDE_ROOT' "import('file://$work/outside/out.mjs')$say"
check 'a file URL with dots' '^ERR_MODULE_OUTSIDE_ROOT' "import('file://$work/root/%2e%2e/outside/out.mjs')$say"
check 'a directory whose name begins like the root' '^ERR_MODULE_OUTSIDE_ROOT' "import('../../root-sibling/out.mjs')$say"
check 'a link to a file outside' "^ERR_MODULE_OUTSIDE_ROOT .*lib/link.mjs" "import('../lib/link.mjs')$say"
check 'a link to a directory outside' '^ERR_MODULE_OUTSIDE_ROOT .*lib/linked/out.mjs' "import('../lib/linked/out.mjs')$say"
check 'what is missing outside looks no different' '^ERR_MODULE_OUTSIDE_ROOT' "import('../../outside/none.mjs')$say"
check 'JSON outside' '^ERR_MODULE_OUTSIDE_ROOT' "import('../lib/linked/data.json', { with: { type: 'json' } })$say"
check 'text outside' '^ERR_MODULE_OUTSIDE_ROOT' "import('../lib/linked/data.json', { with: { type: 'text' } })$say"
check 'node_modules above' "^ERR_MODULE_NOT_FOUND Cannot find package 'above'" "import('above')$say"
check 'a package that is a link out' '^ERR_MODULE_OUTSIDE_ROOT' "import('package')$say"
check 'a package that is a link out, a file of it' '^ERR_MODULE_OUTSIDE_ROOT' "import('package/out.mjs')$say"
check 'built-ins' '^loaded' "import('node:path')$say"
check 'data URLs have no files' '^loaded 1' "import('data:text/javascript,export default 1')$say"
check 'a data URL names a file' '^ERR_MODULE_OUTSIDE_ROOT' "import('data:text/javascript,import \"file://$work/outside/out.mjs\"')$say"
try='const t = (f) => { try { console.log("loaded", f()); } catch (e) { console.log(e.code, e.message); } };'
check 'require() out' "^ERR_MODULE_OUTSIDE_ROOT .*outside/out.cjs" "$try t(() => require('../../outside/out.cjs'))" root/sub/main.cjs
check 'require() by a link' '^ERR_MODULE_OUTSIDE_ROOT' "$try t(() => require('../lib/link.cjs'))" root/sub/main.cjs
check 'require() of an ES module by a link' '^ERR_MODULE_OUTSIDE_ROOT' "$try t(() => require('../lib/link.mjs'))" root/sub/main.cjs
check 'require() of a package above' '^MODULE_NOT_FOUND' "$try t(() => require('above'))" root/sub/main.cjs
check 'require() of a package by a link' '^ERR_MODULE_OUTSIDE_ROOT' "$try t(() => require('package'))" root/sub/main.cjs
check 'require() of JSON by a link' '^ERR_MODULE_OUTSIDE_ROOT' "$try t(() => require('../lib/linked/data.json'))" root/sub/main.cjs
check 'require.resolve() with paths' '^ERR_MODULE_OUTSIDE_ROOT|^MODULE_NOT_FOUND' "$try t(() => require.resolve('./out.cjs', { paths: ['$work/outside'] }))" root/sub/main.cjs
check 'createRequire() elsewhere' '^ERR_MODULE_OUTSIDE_ROOT' "$try t(() => require('module').createRequire('$work/outside/x.js')('./out.cjs'))" root/sub/main.cjs
NODE_PATH=$work/node_modules check 'NODE_PATH' '^MODULE_NOT_FOUND' "$try t(() => require('above'))" root/sub/main.cjs
check 'import() in CommonJS' '^ERR_MODULE_OUTSIDE_ROOT' "import('../../outside/out.mjs')$say" root/sub/main.cjs
check 'a main module outside' 'ERR_MODULE_OUTSIDE_ROOT' 'console.log("ESCAPED")' outside/main.mjs
check 'a main CommonJS module outside' 'ERR_MODULE_OUTSIDE_ROOT' 'console.log("ESCAPED")' outside/main.cjs
root=root-link check 'a root that is a link' '^loaded inside$' "import('../lib/inside.mjs')$say"
root=root-link check 'out of a root that is a link' '^ERR_MODULE_OUTSIDE_ROOT' "import('../../outside/out.mjs')$say"
root=/ check 'no root' '^loaded inside$' "import('../lib/inside.mjs')$say"

# A link that changes while it is looked at: whoever wins the race, nothing from outside runs.
printf 'for (let i = 0; i < 400; i++) await import(`../lib/race.mjs?${i}`).catch(() => {});\nconsole.log("done")\n' > root/sub/race.mjs
(while :; do ln -sfn inside.mjs root/lib/race.mjs; ln -sfn ../../outside/out.mjs root/lib/race.mjs; done) 2> /dev/null &
racer=$!
output=$(timeout 100 "$millrace" run --module-root root root/sub/race.mjs 2>&1)
kill "$racer"
if [ "$output" = done ]; then passed=$((passed + 1)); else
  failed=$((failed + 1))
  printf 'FAILED a link that changes:\n%s\n' "$(head -n 5 <<< "$output")"
fi

printf 'root: %d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
