#!/bin/sh
# syntax_only.sh COMPILER ARGUMENT...: compiles as asked, but as far as the syntax and the types go; the file after -o comes out empty.
set -eu
"$@" -fsyntax-only
while [ "$1" != -o ]; do shift; done
: > "$2"
