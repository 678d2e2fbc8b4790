#!/bin/sh
# Makes ./configure out of configure.ac; needs autoconf, automake, libtool, pkg-config.
set -eu
cd "$(dirname "$0")"
for tool in autoreconf automake libtoolize pkg-config; do
	command -v "$tool" >/dev/null 2>&1 || {
		echo "autogen.sh: $tool is missing: install autoconf, automake, libtool and pkg-config" >&2
		exit 1
	}
done
mkdir -p build-aux
exec autoreconf --install --force "$@"
