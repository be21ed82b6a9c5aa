# Sourced by record.sh and run.sh, so that both mean the same by "the output of a program".
# capture BINARY PROGRAM prints standard output, standard error if the program asks for it, and the exit code.
# Header lines of a program:  `// flags: --x=y` are given to the binary, `// stderr: compare` includes standard error.
capture() {
  local binary=$1 program=$2 errors status=0 run=() flags=()
  read -r -a flags <<< "$(sed -n '1,5s|^// flags: ||p' "$program")" || true
  # Node takes a file directly; millrace has a command for it.
  case $("$binary" --version 2> /dev/null) in v[0-9]*) ;; *) run=(run) ;; esac
  errors=$(mktemp)
  # Relative name and own directory: what a program prints never depends on where the repository lies.
  (cd "$(dirname "$program")" &&
    NODE_OPTIONS='' NO_COLOR=1 timeout 20 "$binary" "${run[@]}" "${flags[@]}" "$(basename "$program")" < /dev/null) \
    2> "$errors" || status=$?
  if sed -n '1,5p' "$program" | grep -q '^// stderr: compare'; then
    echo '--- stderr ---'
    cat "$errors"
  fi
  rm -f "$errors"
  echo "--- exit $status"
}
