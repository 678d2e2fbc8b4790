#!/bin/sh
# Makes ./configure out of configure.ac; needs autoconf, automake, libtool, pkg-config.
set -eu
cd "$(dirname "$0")"
case $(pwd -P) in
*[!A-Za-z0-9_./+,@%=~-]*)
	echo "autogen.sh: the path '$(pwd -P)' has a space or another character that make or LD_PRELOAD" >&2
	echo "cannot take: move the folder to a path of letters, digits and any of _ . / + , @ % = ~ -" >&2
	exit 1
	;;
esac
for tool in autoreconf automake libtoolize pkg-config; do
	command -v "$tool" >/dev/null 2>&1 || {
		echo "autogen.sh: $tool is missing: install autoconf, automake, libtool and pkg-config" >&2
		exit 1
	}
done
mkdir -p build-aux
exec autoreconf --install --force "$@"
