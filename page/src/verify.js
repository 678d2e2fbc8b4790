// How far two sources agree, where a run was recorded by both.

import { kindWords } from "./data.js";
import { h } from "./dom.js";
import { bytes, count, plural } from "./units.js";

function sideName(process, at) {
	return process.sides[at] ? process.sides[at].source : "";
}

function kindRow(row) {
	const pair = (values, words) => h("td.number", {}, `${words(values[0])} / ${words(values[1])}`);
	return h("tr", {}, h("td", {}, kindWords(row.kind)), pair(row.allocations, count), pair(row.frees, count), pair(row.live_bytes, bytes),
		h("td", {}, row.agree ? "" : h("span.badge.warn", {}, "differs")));
}

function processView(process) {
	return h("div", {}, h("h3", {}, `pid ${process.pid}: ${sideName(process, 0)} / ${sideName(process, 1)}`),
		h("p", {}, h(process.agree ? "span.badge.good" : "span.badge.bad", {}, process.agree ? "agree" : plural(process.differences, "difference"))),
		h("div.wide", {}, h("table.plain.grid", {}, h("thead", {}, h("tr", {}, h("th", {}, "Memory"), h("th.number", {}, "Allocations"), h("th.number", {}, "Frees"),
			h("th.number", {}, "Live"), h("th", {}, ""))), h("tbody", {}, process.kinds.map(kindRow)))));
}

export function verify(verification) {
	return h("section.card", { id: "verify" }, h("h2", {}, "Two sources"),
		h("p", {}, verification.agree ? "LD_PRELOAD and CUPTI saw the same." : verification.processes.every((process) => process.agree) ? "Not everything could be compared." : "LD_PRELOAD and CUPTI did not see the same."),
		verification.processes.slice(0, 32).map(processView));
}
