#!/usr/bin/env bash
# bazel/holdfast before it builds anything: its usage, and which packages it asks for. The system's
# package tools are stand-ins here; tests/bare_machine.sh has the real ones.
set -uo pipefail

script=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/holdfast
stand_ins=$(mktemp -d)
trap 'rm -rf -- "$stand_ins"' EXIT
calls=$stand_ins/calls
failures=0

stand_in() { # name, body
  printf '#!/bin/bash\n%s\n' "$2" >"$stand_ins/$1"
  chmod +x "$stand_ins/$1"
}

# All packages are there but those given.
missing() {
  stand_in dpkg-query "for p; do case \" $* \" in *\" \$p \"*) ;; *) echo \"\$p installed\" ;; esac; done"
}
user() { stand_in id "echo $1"; }

# Runs the script; sets said, status. A Bazel that starts would refuse the startup option: exit 4.
run() {
  : >"$calls"
  said=$(env PATH="$stand_ins:$PATH" CALLS="$calls" HOLDFAST_BAZEL_STARTUP=--no-such-option \
    "$script" "$@" </dev/null 2>&1)
  status=$?
}

expect() { # claim, status, text that is said
  if [ "$status" != "$2" ] || [[ "$said" != *"$3"* ]]; then
    printf 'FAILED: %s: exit %s, said:\n%s\n' "$1" "$status" "$said"
    failures=$((failures + 1))
  fi
}
expect_calls() { # claim, what the package tools were called with
  if [ "$(cat "$calls")" != "$2" ]; then
    printf 'FAILED: %s: called\n%s\n' "$1" "$(cat "$calls")"
    failures=$((failures + 1))
  fi
}
expect_lines() { # claim, how many lines are said
  [ "$(wc -l <<<"$said")" = "$2" ] || { printf 'FAILED: %s:\n%s\n' "$1" "$said"; failures=$((failures + 1)); }
}

# shellcheck disable=SC2016  # the bodies of stand-ins are for them to expand
# The last arguments alone: the options before them are apt's own.
stand_in apt-get 'while [[ $1 == -* || $1 == *::* ]]; do shift; done; echo "apt-get $*" >>"$CALLS"'
stand_in sudo 'exit 1'
user 0
missing

run --help
expect "help needs nothing" 0 "usage: bazel/holdfast check"
run chekc
expect "an unknown verb is a usage error" 2 "unknown verb 'chekc'"
expect_lines "an unknown verb takes one line" 1
run
expect "no verb is a usage error" 2 "check"
run test --fast
expect "test takes no arguments" 2 "test takes no arguments"

run check
expect "with every package there it goes on to build" 4 "the build failed"
expect_calls "with every package there it leaves the package manager alone" ""

missing cvc5 libz3-dev
run check
expect "packages that stay missing are named" 2 "apt-get left these out: cvc5 libz3-dev"
expect "it says what it installs" 2 "holdfast: installing cvc5 libz3-dev"
expect_calls "it installs what is missing and nothing else" \
  $'apt-get update\napt-get install --no-install-recommends cvc5 libz3-dev'

user 1000
run check
expect "without the rights it names the packages" 2 $'\n  cvc5\n  libz3-dev\n'
expect "without the rights it says what to do" 2 "apt-get install --no-install-recommends cvc5 libz3-dev"
expect_calls "without the rights it leaves the package manager alone" ""

# shellcheck disable=SC2016
stand_in sudo 'while [[ $1 == -* ]]; do shift; done; "$@"'
run check
expect_calls "with sudo it installs" \
  $'apt-get update\napt-get install --no-install-recommends cvc5 libz3-dev'

user 0
stand_in apt-get 'echo "E: No mirror answers"; exit 100'
run check
expect "apt's failure is named" 2 "apt-get could not install the packages: No mirror answers"
expect_lines "apt's failure takes one line after the announcement" 2

stand_in dpkg-query 'exit 127'
stand_in sudo 'exit 1'
user 1000
run check
expect "without dpkg every package is missing" 2 $'\n  relacy-dev\n'

[ "$failures" = 0 ]
