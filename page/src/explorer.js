// Memory by call stack: measure, unit, filters and search for the graph and the table below it.

import { ROLES } from "./colours.js";
import { BUCKETS, MEASURES, deviceWords, merged, processName, processesOf, sitesOf, valueOf } from "./data.js";
import { choice, fill, h, select } from "./dom.js";
import { drawFlame, nothing } from "./flame.js";
import { sitesTable } from "./sites.js";
import { drawTreemap } from "./treemap.js";
import { callTree } from "./tree.js";
import { amount, exact, percent, plural } from "./units.js";

const VIEWS = [
	["icicle", "Icicle", "The callers on top"],
	["flame", "Flame", "The callers below"],
	["treemap", "Treemap", "Call sites by file"],
];

const FRAMES = [
	["most", "Most frames", "Without those of a language's own runtime, as the interpreter of Python"],
	["mine", "Yours only", "Without those of libraries, runtimes and CUDA"], ["all", "All", "All frames"],
];

function firstMeasure(sites) {
	const has = (measure) => sites.some((site) => site[measure][0] > 0);
	return has("leak") ? "leak" : "peak";
}

export function legend() {
	return h("ul.legend", { "aria-label": "Colours" },
		h("li", {}, h("i.dot.tone-user", {}), "your code"), h("li", {}, h("i.dot.tone-python", {}), "your Python"),
		ROLES.slice(1).map(([role, words]) => h("li", {}, h(`i.dot.tone-${role}`, {}), words)));
}

function bucketsOf(sites) {
	const present = new Set(sites.map((site) => site.bucket));
	return Object.entries(BUCKETS).filter(([bucket]) => present.has(bucket));
}

class Explorer {
	constructor(page) {
		this.page = page;
		this.sites = sitesOf(page);
		const buckets = bucketsOf(this.sites);
		this.state = {
			measure: firstMeasure(this.sites), unit: "bytes", view: "icicle", from: "main", frames: "most",
			process: "all", device: "all", bucket: buckets.some(([each]) => each === "vram") ? "vram" : buckets[0] && buckets[0][0],
			text: "",
		};
		this.buckets = buckets;
		this.chartBox = h("div.chart", { id: "chart", tabindex: "-1" });
		this.detail = h("p.detail", { "aria-live": "polite" });
		this.picked = h("div.picked", {});
		this.table = sitesTable(page);
		this.element = h("section.card", { id: "memory" }, h("h2", {}, "Memory by call stack"), this.controls(),
			this.chartBox, this.detail, legend(), this.picked,
			h("h3", { id: "sites" }, "Call sites"), this.table.element);
	}

	set(change) {
		Object.assign(this.state, change);
		this.draw();
	}

	/* Objects have no bytes. */
	setBucket(bucket) {
		this.state.bucket = bucket;
		if ((bucket === "held") !== (this.state.unit === "count")) this.units.set(bucket === "held" ? "count" : "bytes");
		else this.draw();
	}

	filters() {
		const { page, state, sites } = this;
		const devices = [...new Set(sites.map((site) => site.device))].filter((each) => each !== null).sort((a, b) => a - b);
		const processes = processesOf(page);
		return [
			this.buckets.length > 1 ? select("Kind", this.buckets, state.bucket, (bucket) => this.setBucket(bucket)) : null,
			devices.length > 1 ? select("Device", [["all", "all devices"], ...devices.map((each) => [each, deviceWords(each)])],
				state.device, (device) => this.set({ device })) : null,
			processes.length > 1 ? select("Process", [["all", "all processes"], ...processes.map((each, at) => [at, processName(each)])],
				state.process, (process) => this.set({ process })) : null,
		];
	}

	controls() {
		const { state } = this;
		this.measures = choice("Measure", MEASURES, state.measure, (measure) => {
			this.table.sortBy(measure);
			this.set({ measure });
		});
		this.views = choice("View", VIEWS, state.view, (view) => this.set({ view }));
		this.search = h("input", {
			type: "search", id: "search", placeholder: "Search functions, files, modules  ( / )", autocomplete: "off",
			spellcheck: "false", "aria-label": "Search",
			oninput: (event) => this.find(event.target.value),
		});
		this.direction = choice("Direction", [["main", "From main()", "Callers first"], ["allocation", "From the allocation", "Inverted: what allocates first"]],
			state.from, (from) => this.set({ from }));
		this.units = choice("Unit", [["bytes", "Bytes"], ["count", "Count"]], state.unit, (unit) => this.set({ unit }));
		return h("div.controls", {},
			h("div.line", {}, this.measures, this.units),
			h("div.line", {}, this.views, this.direction,
				(this.frames = choice("Frames", FRAMES, state.frames, (frames) => this.set({ frames })))),
			h("div.line", {}, this.filters(), h("div.searchbox", {}, this.search),
				h("button.plain", { type: "button", onclick: () => this.reset() }, "Reset")));
	}

	find(text) {
		this.state.text = text.trim().toLowerCase();
		this.drawTable();
		if (this.chart) this.chart.search(this.state.text);
		if (!this.state.text) this.say();
	}

	reset() {
		this.search.value = "";
		this.state.text = "";
		this.draw();
	}

	/* What the filters leave, the same call site of several processes as one. */
	shown() {
		const { state } = this;
		return merged(this.sites.filter((site) => site.bucket === state.bucket &&
			(state.device === "all" || String(site.device) === String(state.device)) &&
			(state.process === "all" || String(site.process) === String(state.process))));
	}

	matches(site) {
		const { text } = this.state;
		return !text || (site.stack >= 0 && this.page.stacks.matches(site.stack, text)) ||
			`${site.api}\n${site.kind || ""}`.toLowerCase().includes(text);
	}

	drawTable() {
		this.table.show(this.current.filter((site) => this.matches(site)), this.state);
	}

	say(words) {
		const { measure, unit } = this.state;
		const total = this.current.reduce((sum, site) => sum + valueOf(site, measure, unit), 0);
		const title = MEASURES.find(([each]) => each === measure)[1];
		fill(this.detail, words || `${title}: ${exact(total, unit)} of ${BUCKETS[this.state.bucket]} (${amount(total, unit)}). ` +
			(this.state.view === "treemap" ? "Click a call site to see its stack, a file to zoom." : "Click a frame to zoom in, the first one to zoom out."));
	}

	hover(node, total) {
		if (!node) return this.say();
		const { unit } = this.state;
		const place = node.frame ? ` \u2013 ${node.frame.place}` : "";
		return this.say(`${amount(node.value, unit)}, ${percent(node.value, total)}, ${plural(node.sites || 1, "call site")}: ${node.name}${place}`);
	}

	pickFrame(node) {
		const { frame } = node;
		const excerpt = frame && this.page.stacks.excerpt(frame);
		fill(this.picked, frame ? [
			h("p", {}, h("b", {}, frame.function || frame.name), h("br", {}), h("span.place", {}, frame.place)),
			excerpt ? h("pre.excerpt", {}, excerpt.lines.map((line) =>
				h(line.here ? "span.line.here" : "span.line", {}, h("i", {}, line.number), `${line.text}\n`))) : null,
		] : null);
	}

	drawTreemap(sites) {
		const total = sites.reduce((sum, site) => sum + valueOf(site, this.state.measure, this.state.unit), 0);
		this.chart = drawTreemap(this.chartBox, sites, {
			...this.state,
			onHover: (site) => this.hover(site && { value: valueOf(site, this.state.measure, this.state.unit), name: site.title, frame: site.frame }, total),
			onPick: (site) => this.table.reveal((row) => row === site),
			found: (site) => this.state.text && site && this.matches(site),
		});
	}

	drawGraph(sites) {
		const root = callTree(this.page, sites, this.state);
		this.chart = drawFlame(this.chartBox, root, {
			unit: this.state.unit, inverted: this.state.view === "icicle",
			onHover: (node) => this.hover(node, root.value),
			onPick: (node) => this.pickFrame(node),
			onFound: (number, sum, total) => this.state.text && this.say(
				`${plural(number, "frame")} found: ${amount(sum, this.state.unit)}, ${percent(sum, total)}`),
		});
		if (this.state.text) this.chart.search(this.state.text);
	}

	draw() {
		const sites = (this.current = this.shown());
		const { measure, unit, view } = this.state;
		fill(this.picked);
		this.say();
		this.chart = null;
		if (!sites.some((site) => valueOf(site, measure, unit) > 0))
			nothing(this.chartBox, measure === "leak" ? "Nothing leaked here." : "Nothing of this here.");
		else if (view === "treemap") this.drawTreemap(sites);
		else this.drawGraph(sites);
		this.direction.hidden = this.frames.hidden = view === "treemap";
		this.drawTable();
	}
}

export function explorer(page) {
	return new Explorer(page);
}
