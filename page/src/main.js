// The page: reads its document and puts the sections together.

import { accounts } from "./account.js";
import { cards } from "./cards.js";
import { coverage, devices } from "./coverage.js";
import { read } from "./data.js";
import { diffPage } from "./diff.js";
import { $, fill, h } from "./dom.js";
import { explorer } from "./explorer.js";
import { findings } from "./findings.js";
import { gate } from "./gate.js";
import { keys } from "./keys.js";
import { overview } from "./overview.js";
import { ranks } from "./ranks.js";
import { themeButton } from "./theme.js";
import { timeline } from "./timeline.js";
import { verify } from "./verify.js";
import "./page.css"; // the last: it has the last word

function reportPage(page) {
	const between = cards(page);
	const graph = explorer(page), time = timeline(page), { report } = page;
	const sections = [
		[overview(page), "Overview"], report.gate ? [gate(page, report.gate), "Gate"] : null, [findings(page), "Findings"],
		time ? [time.element, "Over time"] : null, [graph.element, "Memory"], between ? [between, "Cards"] : null, report.ranks ? [ranks(page, report.ranks), "Ranks"] : null,
		[devices(page), "Devices"], [accounts(page), "Account"], [coverage(page), "Coverage"], report.verify ? [verify(report.verify), "Two sources"] : null,
	].filter(Boolean);
	return {
		sections: sections.map(([element]) => element), links: sections.map(([element, words]) => [element.id, words]),
		redraw() {
			graph.draw();
			if (time) time.draw();
		},
		escape: () => graph.reset(),
	};
}

function ranksPage(page) {
	document.title = "ranks \u2013 vramtrack";
	return { sections: [ranks(page, page.ranks)], links: [["ranks", "Ranks"]] };
}

function make(page) {
	if (page.diff) return diffPage(page);
	return page.ranks ? ranksPage(page) : reportPage(page);
}

function footer(page) {
	const { table } = page.stacks;
	return h("footer", {}, table.cut ? h("p.small.warn", {}, `${table.cut} stacks are not in this page: it would have become too large.`) : null,
		h("p.small", {}, `Made by ${page.tool.name} ${page.tool.version}. Nothing leaves this page. Charts: d3-flame-graph (Apache 2.0), d3 (ISC), uPlot (MIT).`));
}

/* Charts are as wide as their place: drawn again when that changes, and for paper. */
function follow(redraw) {
	let width = innerWidth, timer = 0;
	addEventListener("resize", () => {
		if (innerWidth === width) return;
		width = innerWidth;
		clearTimeout(timer);
		timer = setTimeout(redraw, 120);
	});
	for (const name of ["beforeprint", "afterprint"]) addEventListener(name, redraw);
}

function start() {
	const page = read();
	const made = make(page), redraw = () => made.redraw && made.redraw();
	const help = keys(() => made.escape && made.escape());
	fill(document.body,
		h("header.top", {}, h("a.brand", { href: "#overview" }, "vramtrack"),
			h("nav", { "aria-label": "Sections" }, made.links.map(([id, words]) => h("a", { href: `#${id}` }, words))),
			h("div.tools", {}, help, themeButton(redraw))),
		h("main", {}, made.sections), footer(page));
	redraw();
	follow(redraw);
	document.documentElement.dataset.ready = "true";
}

try {
	start();
} catch (error) {
	fill($("body"), h("main", {}, h("section.card", {}, h("h2", {}, "This report cannot be shown"), h("p", {}, String(error.message || error)))));
	throw error;
}
