#!/usr/bin/env bash
# A subset job from beginning to end: makes the shop, shows the plan, copies, and compares rows before and after.
# usage: run.sh MILLRACE SHOP [FOLDER]     both programs of a build; what is made stays in FOLDER, or goes with a temporary one
set -euo pipefail
[ $# -eq 2 ] || [ $# -eq 3 ] || { echo "usage: run.sh MILLRACE SHOP [FOLDER]" >&2; exit 2; }
millrace=$(realpath "$1") shop=$(realpath "$2")
plan=$(dirname "$(realpath "$0")")/plan.toml
if [ $# -eq 3 ]; then
  mkdir -p "$3"
  cd "$3"
else
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  cd "$work"
fi

say() { printf '\n-- %s\n' "$*"; }
# What was a person's, and where it comes from.
rows() {
  "$shop" show "$1" 'SELECT id, name, email, phone, born FROM customer WHERE phone NOT NULL AND notes NOT NULL ORDER BY id LIMIT 3'
  "$shop" show "$1" 'SELECT notes FROM customer WHERE phone NOT NULL AND notes NOT NULL ORDER BY id LIMIT 3'
}

say 'a shop: an SQLite database, always the same'
rm -f shop.db
"$shop" make shop.db
say 'millrace subset plan --plan plan.toml shop.db     what would be copied; nothing is written'
"$millrace" subset plan --plan "$plan" shop.db
say 'millrace subset copy --plan plan.toml shop.db part.db'
rm -f part.db
"$millrace" subset copy --plan "$plan" shop.db part.db
say 'three customers in shop.db'
"$shop" show shop.db "SELECT id, name, email, phone, born, notes FROM customer WHERE country = 'IE' AND notes NOT NULL ORDER BY id LIMIT 3"
say 'the same three in part.db'
"$shop" show part.db "SELECT id, name, email, phone, born, notes FROM customer WHERE country = 'IE' AND notes NOT NULL ORDER BY id LIMIT 3"
if [ $# -eq 3 ]; then say "shop.db and part.db are in $PWD"; fi
