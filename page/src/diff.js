// Two recordings side by side.

import { changeColour } from "./colours.js";
import { BUCKETS, deviceWords, kindWords } from "./data.js";
import { choice, fill, h } from "./dom.js";
import { drawFlame, nothing } from "./flame.js";
import { tile } from "./overview.js";
import { stackView } from "./stackview.js";
import { makeTable } from "./table.js";
import { callTree } from "./tree.js";
import { amount, bytes, count, plural, signed } from "./units.js";

const CLASS_WORDS = {
	peak: "at the peak", fault: "faults", stale_graph: "stale graphs", stale_graph_idle: "stale graphs, not launched", leak: "leaked", live: "live", freed_by_reset: "freed by reset", bad_free: "bad frees",
	out_of_memory: "out of memory", growth: "growth", unattributed_growth: "growth that nobody owns", imported: "imported", registered: "registered", late_free: "late frees",
	unfinished_free: "unfinished frees", retained: "retained", cached: "cached", held_until_end: "held until the end", held_object: "held objects",
};
const TONES = { new: "bad", grown: "bad", shrunk: "good", gone: "good", same: "note", unsure: "warn" };

function rowsOf(page) {
	const { diff } = page;
	return [...diff.changes, ...(diff.same || []).map((row) => ({ ...row, change: "same" }))].map((row) => {
		const frame = page.stacks.site(row.stack, row.site);
		return { ...row, frame, title: frame ? frame.name : "(no stack was kept)", place: frame ? frame.place : "" };
	});
}

/* ---- The head --------------------------------------------------------------------- */

function verdict(diff) {
	const { summary } = diff;
	const words = ["new", "grown", "shrunk", "gone", "unsure"].filter((name) => summary[name]).map((name) => `${count(summary[name])} ${name}`);
	const grown = diff.peaks.some((peak) => peak.change === "new" || peak.change === "grown") ? "; a peak has grown" : "";
	return `${words.length ? words.join(", ") : "no finding changed"}; ${count(summary.same)} the same${grown}`;
}

function side(words, each) {
	const more = [plural(each.processes, "process", "processes"), plural(each.findings, "finding"),
		each.running ? `${each.running} still running` : "", each.unwatched ? `${each.unwatched} that nobody looked through at the end` : "",
		each.uncovered ? `${each.uncovered} not covered` : "", each.lost ? `${count(each.lost)} lost` : "",
		each.unreadable ? `${each.unreadable} not readable` : ""].filter(Boolean).join(", ");
	const partial = each.all_seen ? null : h("p.small", {}, "Not all of it was seen: it has at least what is shown, and what it seems to have less of is unsure.");
	return [h("p.process", {}, h("b", {}, words), h("code", {}, each.name), h("span.place", {}, more)), partial];
}

function peakTile(peak) {
	const title = `Peak of ${BUCKETS[peak.bucket] || peak.bucket}${peak.device >= 0 ? `, ${deviceWords(peak.device)}` : ""}`;
	return tile(title, `${bytes(peak.before_bytes)} \u2192 ${bytes(peak.after_bytes)}`,
		peak.bytes ? signed(peak.bytes, "bytes") : "no change", peak.change === "same" ? null : TONES[peak.change], "#sidebyside");
}

function head(page) {
	const { diff } = page;
	document.title = `${diff.before.name} \u2192 ${diff.after.name} \u2013 vramtrack`;
	return h("section.overview", { id: "overview" }, h("p.verdict", { "data-tone": diff.summary.growth ? "bad" : diff.summary.growth_unsure ? "warn" : "good" }, verdict(diff)),
		side("before", diff.before), side("after", diff.after), h("div.tiles-row", {}, diff.peaks.map(peakTile)));
}

/* ---- What changed ------------------------------------------------------------------- */

function changes(page, rows) {
	const changed = rows.filter((row) => row.change !== "same");
	const unit = (row) => (row.compared === "count" ? "count" : "bytes");
	const of = (row, which) => row[`${which}_${unit(row)}`];
	const columns = [
		{ id: "change", words: "Change", value: (row) => row.change, cell: (row) => h(`span.badge.${TONES[row.change]}`, {}, row.change) },
		{ id: "site", words: "Call site", value: (row) => row.title.toLowerCase(), cell: (row) => [h("span.function", {}, row.title), h("span.place", {}, row.place)] },
		{ id: "class", words: "What", value: (row) => row.class, cell: (row) => CLASS_WORDS[row.class] || row.class },
		{ id: "before", words: "Before", number: true, narrow: true, value: (row) => of(row, "before"), cell: (row) => amount(of(row, "before"), unit(row)) },
		{ id: "after", words: "After", number: true, narrow: true, value: (row) => of(row, "after"), cell: (row) => amount(of(row, "after"), unit(row)) },
		{ id: "delta", words: "Difference", number: true, value: (row) => Math.abs(row[unit(row)]), cell: (row) => h("b", {}, signed(row[unit(row)], unit(row))) },
		{ id: "kind", words: "Memory", narrow: true, value: (row) => row.kind || "", cell: (row) => kindWords(row.kind) },
	];
	const table = makeTable({
		columns, what: "changes", label: "Changes", sort: { column: "delta" },
		open: (row) => h("div.open", {}, stackView(page.stacks, row), h("dl.facts", {}, [["by", row.api],
			["before", `${bytes(row.before_bytes)} in ${count(row.before_count)}`], ["after", `${bytes(row.after_bytes)} in ${count(row.after_count)}`],
			["identity", row.identity.slice(0, 12)]].map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))))),
	});
	const shown = { which: "all", text: "" };
	const draw = () => table.show(changed.filter((row) => (shown.which === "all" || (shown.which === "peak") === (row.class === "peak")) &&
		(!shown.text || (row.stack >= 0 && page.stacks.matches(row.stack, shown.text)))));
	const left = (page.diff.left_out || []).reduce((sum, row) => sum + row.rows, 0);
	const section = h("section.card", { id: "changes" }, h("h2", {}, "What changed", h("span.count", {}, count(changed.length))),
		h("div.controls", {}, h("div.line", {}, choice("Which", [["all", "All"], ["findings", "Findings"], ["peak", "At the peak"]], "all", (which) => {
			shown.which = which;
			draw();
		}), h("div.searchbox", {}, h("input", {
			type: "search", id: "search", placeholder: "Search functions, files, modules  ( / )", "aria-label": "Search", spellcheck: "false",
			oninput: (event) => {
				shown.text = event.target.value.trim().toLowerCase();
				draw();
			},
		})))), table.element, left ? h("p.small", {}, `${count(left)} more rows are in the JSON comparison.`) : null);
	draw();
	return section;
}

/* ---- Side by side ----------------------------------------------------------------------- */

/* From -1, gone, to 1, new. */
function changeOf(node) {
	const before = node.before || 0, after = node.after || 0;
	return before + after ? (after - before) / Math.max(before, after) : 0;
}

function graph(page, rows, which, title, inverted) {
	const box = h("div.chart", {}), say = h("p.detail", {});
	const element = h("div.half", {}, h("h3", {}, title), box, say);
	element.draw = () => {
		const sites = rows.map((row) => ({ ...row, before: row.before_bytes, after: row.after_bytes }));
		const root = callTree(page, sites, { from: "main", frames: "most", before: true, value: (row) => row[which] });
		fill(say, `${bytes(root.value)} in all`);
		if (!root.value) {
			nothing(box, "Nothing here.");
			return;
		}
		drawFlame(box, root, {
			unit: "bytes", inverted, colour: (data, found) => changeColour(data.frame ? changeOf(data) : 0, found),
			onHover: (node) => fill(say, node ? `${node.name}: ${bytes(node.before || 0)} \u2192 ${bytes(node.after || 0)}` : `${bytes(root.value)} in all`),
		});
	};
	return element;
}

function sideBySide(page, rows) {
	const classes = [...new Set(rows.filter((row) => row.compared === "bytes").map((row) => row.class))];
	const shown = { class: classes.includes("peak") ? "peak" : classes[0], inverted: "icicle" }, halves = h("div.halves", {});
	const buckets = [...new Set(rows.map((row) => row.bucket))];
	shown.bucket = buckets.includes("vram") ? "vram" : buckets[0];
	function draw() {
		const chosen = rows.filter((row) => row.class === shown.class && row.compared === "bytes" && row.bucket === shown.bucket);
		const both = [["before", "Before"], ["after", "After"]].map(([which, words]) => graph(page, chosen, which, words, shown.inverted === "icicle"));
		fill(halves, both);
		both.forEach((each) => each.draw());
	}
	const section = h("section.card", { id: "sidebyside" }, h("h2", {}, "Side by side"),
		h("div.controls", {}, h("div.line", {},
			choice("What", classes.map((each) => [each, CLASS_WORDS[each] || each]), shown.class, (each) => {
				shown.class = each;
				draw();
			}),
			buckets.length > 1 ? choice("Kind", buckets.map((each) => [each, BUCKETS[each] || "memory"]), shown.bucket, (bucket) => {
				shown.bucket = bucket;
				draw();
			}) : null,
			choice("View", [["icicle", "Icicle"], ["flame", "Flame"]], "icicle", (view) => {
				shown.inverted = view;
				draw();
			}))), halves,
		h("ul.legend", {}, h("li", {}, h("i.dot.change-new", {}), "new or grown"), h("li", {}, h("i.dot.change-gone", {}), "shrunk or gone"),
			h("li", {}, h("i.dot.change-same", {}), "the same")));
	section.redraw = draw;
	return section;
}

export function diffPage(page) {
	const rows = rowsOf(page);
	const beside = rows.some((row) => row.compared === "bytes") ? sideBySide(page, rows) : null;
	return {
		sections: [head(page), changes(page, rows), beside].filter(Boolean), redraw: () => beside && beside.redraw(),
		links: [["overview", "Overview"], ["changes", "Changes"], ...(beside ? [["sidebyside", "Side by side"]] : [])],
	};
}
