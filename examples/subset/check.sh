#!/usr/bin/env bash
# The test of this example: runs it twice, looks at what it says and at what it made. usage: check.sh MILLRACE SHOP
set -euo pipefail
here=$(dirname "$(realpath "$0")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { printf 'FAILED: %s\n' "$*"; tail -n 60 "$work"/*.out "$work"/*.err; exit 1; }

"$here/run.sh" "$1" "$2" "$work/first" > "$work/first.out" 2> "$work/first.err" || fail "the example ended with $?"
for line in '8 of 8 tables in the plan' "customer where country = 'IE'" 'told apart by order, line' 'and back: rows of refund' \
  'Every row that is referred to is there: 11 foreign keys looked at.' 'the same three in part.db'; do
  grep -qF -- "$line" "$work/first.out" || fail "it does not say '$line'"
done
grep -q ' rows.* in .*finding them' "$work/first.out" || fail 'no report'
grep -qE 'millrace: [0-9]+%' "$work/first.err" || fail 'no progress'
python3 "$here/check.py" "$work/first" || fail 'what it made'

# The same shop, and the same people in it, on every run.
"$here/run.sh" "$1" "$2" "$work/second" > "$work/second.out" 2> "$work/second.err" || fail "the second run ended with $?"
cmp "$work/first/shop.db" "$work/second/shop.db" || fail 'the shop is another one'
diff <(grep -E '^[a-z]+ +[0-9,]+ ' "$work/first.out") <(grep -E '^[a-z]+ +[0-9,]+ ' "$work/second.out") || fail 'other rows, or other checksums'
echo 'the example does what it says'
