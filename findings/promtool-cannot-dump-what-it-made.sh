#!/usr/bin/env bash
# promtool makes a folder of blocks that promtool cannot dump.
#
# Software: prometheus 2.42.0+ds-5+deb12u1 (Debian 12).
# Behaviour: "promtool tsdb create-blocks-from openmetrics" fills a folder that was not there with a block;
# "promtool tsdb dump" of that folder fails with "find last checkpoint: open ...: no such file or directory",
# since no write-ahead log is in it. With an empty folder "wal" (and "chunks_head") beside the block it prints the samples.
# Seen: "made, not dumped; with an empty wal: dumped".
set -u
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
if ! apt-get download -q prometheus=2.42.0+ds-5+deb12u1 >/dev/null 2>&1 || ! dpkg -x prometheus_*.deb root; then
	echo "needs apt-get with Debian 12's packages"
	exit 77
fi
promtool=root/usr/bin/promtool
printf '# TYPE bytes gauge\nbytes 1 1700000000\nbytes 2 1700000060\n# EOF\n' >samples
dumps() { "$promtool" tsdb dump blocks 2>err | tee out >&2 && grep -q '^{__name__="bytes"} 1 ' out; }
{
	"$promtool" tsdb create-blocks-from openmetrics samples blocks >&2 && printf 'made, '
	if dumps; then printf 'dumped; '; elif grep -q 'find last checkpoint' err; then printf 'not dumped; '; fi
	mkdir -p blocks/wal blocks/chunks_head
	if dumps; then echo 'with an empty wal: dumped'; else cat err >&2; fi
} | tee seen
echo 'made, not dumped; with an empty wal: dumped' | cmp -s - seen
# In vramtrack: tests/formats.sh, which reads OpenMetrics back, makes both folders first.
