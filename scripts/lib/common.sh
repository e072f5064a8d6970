# Shared by the scripts; sourced, never run.

say() { printf '%s\n' "$*"; }
step() { printf '\n== %s\n' "$*"; }
die() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }

# Swift itself cannot be installed from Debian: say so, and how to get it.
need_swift() {
  command -v swift >/dev/null 2>&1 || die "Swift is not installed (sccd needs 6.3 or later).
Get it from https://www.swift.org/install/linux/ for Debian 12, put its usr/bin on your PATH,
check with 'swift --version', and run this again."
  local version
  version=$(swift --version 2>/dev/null | sed -nE 's/.*Swift version ([0-9]+)\.([0-9]+).*/\1 \2/p' | head -n 1)
  set -- $version
  [ "${1:-0}" -gt 6 ] || { [ "${1:-0}" -eq 6 ] && [ "${2:-0}" -ge 3 ]; } ||
    die "Swift ${1:-?}.${2:-?} is too old: sccd needs 6.3 or later (https://www.swift.org/install/linux/)."
  # Where packages come from a mirror on this machine it belongs to root, and git refuses to read what
  # belongs to somebody else. The exception holds for this script and what it starts only.
  if [ "$(id -u)" -ne 0 ] && [ -z "${GIT_CONFIG_GLOBAL:-}" ]; then
    mkdir -p .build
    printf '[include]\n\tpath = ~/.gitconfig\n[safe]\n\tdirectory = *\n' >.build/gitconfig
    export GIT_CONFIG_GLOBAL=$PWD/.build/gitconfig
  fi
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; return; fi
  command -v sudo >/dev/null 2>&1 || die "this needs root: $*
Run it as root, or install sudo."
  sudo "$@"
}

# Installs the Debian packages among the arguments that are missing.
need_packages() {
  local missing=() name
  for name in "$@"; do
    dpkg-query -W -f '${Status}' "$name" 2>/dev/null | grep -q '^install ok installed' || missing+=("$name")
  done
  [ ${#missing[@]} -eq 0 ] && return
  say "Installing ${missing[*]}"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq >/dev/null ||
    die "apt-get update failed: is the package source reachable?"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}" >/dev/null ||
    die "apt-get could not install ${missing[*]}"
}

# What building and running needs on a bare Debian 12.
need_build_packages() {
  need_packages libsqlite3-dev libsystemd-dev pkg-config tzdata
}
