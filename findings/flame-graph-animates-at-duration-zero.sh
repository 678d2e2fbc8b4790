#!/usr/bin/env bash
# A d3-flame-graph whose transition takes no time still draws its boxes in a quarter of a second.
#
# Software: d3-flame-graph 5.0.0, d3-selection 3.0.0 (npm), in jsdom 26.1.0 and in Chromium 156.
# Behaviour: transitionDuration(0) holds for boxes that are there; the rectangles of new ones get their width
# by a transition without a duration, for which d3 takes 250 ms. Who looks at a graph, prints it or takes a
# picture of it when the call has returned sees boxes without width.
# Seen: "no width at once, whole after a second".
set -uo pipefail
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
if ! type -P node npm >/dev/null || ! npm install --silent --no-audit --no-fund d3-flame-graph@5.0.0 d3-selection@3.0.0 jsdom@26.1.0; then
	echo "needs node and npm's registry"
	exit 77
fi
cat >draw.cjs <<'END'
const { JSDOM } = require("jsdom");
global.window = new JSDOM("<div id=graph></div>", { pretendToBeVisual: true }).window;
global.document = window.document;
const { default: flamegraph } = require("d3-flame-graph");
const widths = () => [...document.querySelectorAll("g.frame rect")].map((box) => Number(box.getAttribute("width")));
import("d3-selection").then(({ select }) => {
	const data = { name: "all", value: 10, children: [{ name: "one", value: 10 }] };
	select("#graph").datum(data).call(flamegraph().width(400).transitionDuration(0));
	const first = widths();
	setTimeout(() => {
		const last = widths();
		console.error("widths:", first, last);
		console.log(`${first.length === 2 && first.every((width) => width === 0) ? "no width" : "a width"} at once, ` +
			`${last.length === 2 && last.every((width) => width === 400) ? "whole" : "other"} after a second`);
		process.exit(0);
	}, 1000);
});
END
node draw.cjs | tee seen || exit 99
echo 'no width at once, whole after a second' | cmp -s - seen
# In vramtrack: settle() in page/src/flame.js gives new boxes their width at once.
