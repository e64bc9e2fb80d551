#!/usr/bin/env bash
# From a bare Debian 12 to the verdicts: bazel/holdfast in a root made by debootstrap.
#
#   sudo tests/bare_machine.sh [MIRROR]
#
# Takes the last commit of this tree (a git clone), the mirror from the arguments or from this machine's
# apt sources, and needs root, debootstrap, git, a network and 4 GB in $TMPDIR or /var/tmp. It shows that
#   1. `check` installs what is missing, builds, and gives every verdict as expected;
#   2. a second run touches no package manager;
#   3. an ordinary user can do the same, with no HOME to write to;
#   4. without the rights, or on another system, a missing package is named and the exit code is 2.
# Each step prints its time. Mounts and processes are in namespaces of their own and end with their step.
set -euo pipefail
export PATH=$PATH:/usr/sbin:/sbin   # debootstrap; Bazel's PATH for tests is shorter

tree=$(dirname -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")")

fail() { echo "bare_machine: $*" >&2; exit 1; }
[ "$(id -u)" = 0 ] || fail "needs root"
command -v debootstrap >/dev/null || fail "needs debootstrap"

# The first `deb` source of this machine, in either of apt's two formats.
host_mirror() {
  { cat /etc/apt/sources.list /etc/apt/sources.list.d/*.{list,sources} 2>/dev/null || true; } |
    sed -nE 's/^(deb|URIs:) *(\[[^]]*\] *)?([a-z+]+:[^ ]+).*/\3/p' | head -n 1
}
mirror=${1:-$(host_mirror)}
mirror=${mirror:-http://deb.debian.org/debian}

root=$(mktemp -d -p "${TMPDIR:-/var/tmp}" bare_machine.XXXXXX)
trap 'rm -rf -- "$root"' EXIT
trap 'fail "line $LINENO failed"' ERR

# Runs a command in the root, as on a machine of its own: own processes, own mounts, clean environment.
inside() {
  # shellcheck disable=SC2016
  unshare --mount --pid --fork --kill-child bash -ec '
    root=$1; shift
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
    mount --rbind /sys "$root/sys"
    exec chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"' - "$root" "$@"
}
as_user() { inside setpriv --reuid=1000 --regid=1000 --clear-groups "$@"; }

step() { # what it shows, the exit code expected, the command
  local what=$1 expected=$2 status=0 start=$SECONDS
  shift 2
  echo "--- $what"
  "$@" || status=$?
  echo "--- $((SECONDS - start)) s, exit $status"
  [ "$status" = "$expected" ] || fail "$what: exit $status, expected $expected"
}

make_root() {
  debootstrap --variant=minbase bookworm "$root" "$mirror" >"$root.log" 2>&1 ||
    { tail -n 5 "$root.log"; rm -f "$root.log"; return 1; }
  rm -f "$root.log"
  chmod 755 "$root"
  # How this machine reaches its mirror: names, proxies, a clock that differs.
  cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
  apt-config dump | grep -E '^Acquire::(https?::|Check-)' >"$root/etc/apt/apt.conf.d/99mirror" || true
  git clone -q --no-hardlinks "$tree" "$root/holdfast"
}

# Everything apt and dpkg leave behind.
package_state() {
  (cd "$root/var" && find lib/apt lib/dpkg cache/apt log/apt log/dpkg.log -printf '%p %s %T@\n' | sort)
}

refused_for_want_of() { # package, the command
  local package=$1 status=0 said
  shift
  said=$("$@" 2>&1) || status=$?
  printf '%s\n' "$said"
  grep -qx "  $package" <<<"$said" && return "$status"
  return 99
}

step "a bare Debian 12 from $mirror" 0 make_root
step "check, from nothing" 0 inside HOME=/root /holdfast/bazel/holdfast check

before=$(package_state)
step "check again" 0 inside HOME=/root /holdfast/bazel/holdfast check
[ "$(package_state)" = "$before" ] || fail "the second run touched the package manager"

step "an ordinary user without HOME" 0 as_user /holdfast/bazel/holdfast list

inside dpkg --remove --force-depends relacy-dev >/dev/null
step "a package missing, and no right to install it" 2 \
  refused_for_want_of relacy-dev as_user /holdfast/bazel/holdfast check
echo 'ID=other' >"$root/etc/os-release"
step "a package missing, on another system" 2 \
  refused_for_want_of relacy-dev inside /holdfast/bazel/holdfast check

echo "all steps passed"
