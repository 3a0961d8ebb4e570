#!/bin/sh
# Chromium and a Chinese font, for `make test-pages`: installed where we may, else named as missing.
set -eu

found() { command -v chromium >/dev/null 2>&1 && fc-list :lang=zh 2>/dev/null | grep -q .; }

if ! found && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing chromium and fonts-noto-cjk ..."
  export DEBIAN_FRONTEND=noninteractive
  apt-get -qq update && apt-get -qq install -y --no-install-recommends chromium fontconfig fonts-noto-cjk >/dev/null
fi
found || {
  echo "make test-pages needs chromium and a Chinese font (on Debian: apt install chromium fonts-noto-cjk)" >&2
  exit 1
}
