// Over time: what a device's memory was held by, as stacked areas, by uPlot.

import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { isDark, seriesColour } from "./colours.js";
import { BUCKETS, deviceWords, kindWords, processName, processesOf } from "./data.js";
import { choice, fill, h, select, toggle } from "./dom.js";
import { bytes, seconds } from "./units.js";

const SHOWN = 9; // groups with an area of their own
const OTHER = "#9aa4b2";

const GROUPS = [
	["site", "By call site", "The call sites that held most"], ["file", "By file", "Source files, or modules"],
	["kind", "By memory", "Kinds of memory"],
];

/* [{ process, device, bucket, history }], the largest first. */
function coursesOf(page) {
	const all = [];
	for (const process of processesOf(page))
		for (const device of process.devices) {
			if (!device.history) continue;
			for (const bucket of Object.keys(BUCKETS)) {
				const level = device.history[bucket];
				if (level) all.push({ process, device, bucket, level, history: device.history, most: Math.max(0, ...level.most) });
			}
		}
	return all.sort((a, b) => (b.bucket === "vram") - (a.bucket === "vram") || b.most - a.most);
}

function title(course, many) {
	return [many ? processName(course.process) : "", BUCKETS[course.bucket], course.device.ordinal >= 0 ? deviceWords(course.device.ordinal) : ""].filter(Boolean).join(", ");
}

function groupName(page, site, by) {
	const frame = page.stacks.site(site.stack, site.site);
	if (by === "kind") return kindWords(site.kind);
	if (!frame) return "(no stack was kept)";
	return by === "file" ? frame.place.replace(/:\d+$/, "") : `${frame.name}  ${frame.place}${site.from || ""}`;
}

/* A line that several functions allocate by is one call site for each of them: sites get `from`. */
function tellApart(page, sites) {
	const callers = new Map();
	for (const site of sites) {
		const frame = page.stacks.site(site.stack, site.site), caller = page.stacks.caller(site.stack, site.site);
		site.from = caller && frame ? `, called by ${caller.name}` : "";
		if (frame) callers.set(frame.number, (callers.get(frame.number) || new Set()).add(site.from));
	}
	for (const site of sites) {
		const frame = page.stacks.site(site.stack, site.site);
		if (frame && callers.get(frame.number).size === 1) site.from = "";
	}
}

/* Rows that add up to what the device held at the end of each point: [{ name, values }]. */
export function areas(page, course, by) {
	const groups = new Map(), last = course.level.last;
	const rest = [...last], sites = course.history.sites.filter((each) => each.bucket === course.bucket);
	tellApart(page, sites);
	for (const site of sites) {
		const name = groupName(page, site, by);
		if (!groups.has(name)) groups.set(name, { name, values: last.map(() => 0) });
		const { values } = groups.get(name);
		site.bytes.forEach((value, at) => {
			values[at] += value || 0;
			rest[at] -= value || 0;
		});
	}
	const sorted = [...groups.values()].sort((a, b) => Math.max(...b.values) - Math.max(...a.values));
	for (const group of sorted.splice(SHOWN)) group.values.forEach((value, at) => (rest[at] += value));
	const areasOf = sorted.map((group, at) => ({ ...group, colour: seriesColour(at) }));
	const other = rest.map((value) => Math.max(0, value));
	if (other.some((value) => value > 0)) areasOf.push({ name: "all others", values: other, colour: OTHER });
	return areasOf;
}

/* Moments: [{ at, words, tone }]. */
function moments(course) {
	const { process, device, bucket } = course, list = [];
	for (const mark of process.marks)
		(mark.times_seconds || []).forEach((at, index) => list.push({ at, words: `${mark.name} ${1 + index * (mark.times_every || 1)}`, tone: "mark" }));
	for (const account of process.accounts)
		if (account.moment === "out_of_memory" && account.device === device.ordinal && account.seconds !== null)
			list.push({ at: account.seconds, words: "refused", tone: "refusal" });
	const peak = process.peaks.find((each) => each.device === device.ordinal && each.bucket === bucket);
	if (peak && peak.seconds !== null) list.push({ at: peak.seconds, words: `peak ${bytes(peak.bytes)}`, tone: "peak", value: peak.bytes });
	return list;
}

/* The driver's word: what was in use on the device, of all processes. */
function driverWords(course) {
	if (course.bucket !== "vram") return [];
	return course.process.accounts.filter((each) => each.device === course.device.ordinal && each.seconds !== null && each.device_total_bytes !== null)
		.map((each) => ({ at: each.seconds, value: each.device_total_bytes - each.device_free_bytes }));
}

function colours() {
	return isDark() ? { ink: "#e6eaf0", soft: "#97a3b4", line: "#2a323d", refusal: "#ff8a80", mark: "#5d6b7e" }
		: { ink: "#1b2029", soft: "#5c6675", line: "#e7eaef", refusal: "#b91c1c", mark: "#a9b3c1" };
}

function line(context, x, top, height, colour, dash) {
	context.strokeStyle = colour;
	context.setLineDash(dash);
	context.beginPath();
	context.moveTo(x, top);
	context.lineTo(x, top + height);
	context.stroke();
	context.setLineDash([]);
}

/* Draws moments over the areas. */
function drawMoments(plot, course) {
	const { ctx: context, bbox } = plot, tones = colours(), scale = devicePixelRatio || 1;
	context.save();
	context.lineWidth = scale;
	context.font = `${11 * scale}px system-ui, sans-serif`;
	let free = -1;
	for (const moment of moments(course).sort((a, b) => a.at - b.at)) {
		const x = plot.valToPos(moment.at, "x", true);
		if (x < bbox.left || x > bbox.left + bbox.width) continue;
		const colour = moment.tone === "peak" ? tones.ink : tones[moment.tone];
		line(context, x, bbox.top, bbox.height, colour, moment.tone === "peak" ? [] : [3 * scale, 3 * scale]);
		context.fillStyle = colour;
		const width = context.measureText(moment.words).width + 8 * scale, isLeft = x + width > bbox.left + bbox.width;
		if (moment.tone === "mark" && (isLeft ? x - width : x) < free) continue;
		context.textAlign = isLeft ? "right" : "left";
		context.fillText(moment.words, x + (isLeft ? -4 : 4) * scale, bbox.top + { mark: 11, peak: 24, refusal: 37 }[moment.tone] * scale);
		if (moment.tone === "mark") free = x + width;
	}
	context.fillStyle = tones.ink;
	for (const word of driverWords(course)) {
		const x = plot.valToPos(word.at, "x", true), y = plot.valToPos(word.value, "y", true);
		context.fillRect(x - 3 * scale, y - 3 * scale, 6 * scale, 6 * scale);
	}
	context.restore();
}

/* Each area on top of those before it; the largest first, at the bottom. */
function stacked(rows) {
	const sum = rows.length ? rows[0].values.map(() => 0) : [];
	return rows.map((row) => row.values.map((value, at) => (sum[at] += value)));
}

class Timeline {
	constructor(page, courses) {
		this.page = page;
		this.courses = courses;
		this.state = { course: 0, by: "site", total: false };
		this.box = h("div.plot", {});
		this.legend = h("ul.legend.series", { "aria-label": "What holds the memory" });
		const many = new Set(courses.map((each) => each.process)).size > 1;
		this.element = h("section.card", { id: "time" }, h("h2", {}, "Over time"), h("div.controls", {}, h("div.line", {},
			courses.length > 1 ? select("Of", courses.map((each, at) => [at, title(each, many)]), 0, (at) => this.set({ course: Number(at) })) : null,
			choice("Group", GROUPS, "site", (by) => this.set({ by })),
			toggle("Up to the device's total", false, (total) => this.set({ total }), "The scale ends with the memory of the device"))),
		this.box, this.legend, this.caption = h("p.small", {}));
	}

	set(change) {
		Object.assign(this.state, change);
		this.draw();
	}

	/* The legend, with what each held where the pointer is. */
	say(rows, at) {
		const most = (row) => Math.max(...row.values);
		fill(this.legend, rows.map((row) => {
			const dot = h("i.dot", {});
			dot.style.background = row.colour;
			return h("li", {}, dot, h("span.function", {}, row.name), " ", h("b", {}, at === null ? `${bytes(most(row))} at most` : bytes(row.values[at])));
		}));
	}

	options(course, rows, columns) {
		const tones = colours(), total = course.device.total_bytes, axis = { stroke: tones.soft, grid: { stroke: tones.line, width: 1 }, ticks: { stroke: tones.line } };
		const paths = uPlot.paths.stepped({ align: -1 });
		const top = Math.max(course.most, ...driverWords(course).map((each) => each.value)) * 1.08;
		return {
			width: Math.max(260, this.box.clientWidth), height: innerWidth < 760 ? 240 : 320, legend: { show: false },
			scales: { x: { time: false }, y: { range: () => [0, this.state.total && total ? total : top || 1] } },
			axes: [{ ...axis, space: 84, values: (_, splits) => splits.map(seconds) },
				{ ...axis, size: 78, values: (_, splits) => splits.map((value) => bytes(value)), incrs: Array.from({ length: 42 }, (_, at) => 2 ** at) }],
			series: [{}, ...columns.map((_, at) => ({ stroke: rows[at].colour, width: 1, paths, points: { show: false }, fill: at ? undefined : `${rows[at].colour}cc` })),
				{ stroke: tones.soft, width: 1, paths, points: { show: false } }],
			bands: columns.slice(1).map((_, at) => ({ series: [at + 2, at + 1], fill: `${rows[at + 1].colour}cc` })),
			cursor: { drag: { x: true, y: false }, points: { show: false } },
			hooks: { draw: [(plot) => drawMoments(plot, course)], setCursor: [(plot) => this.say(rows, Number.isInteger(plot.cursor.idx) ? Math.max(0, plot.cursor.idx - 1) : null)] },
		};
	}

	draw() {
		const course = this.courses[this.state.course], rows = areas(this.page, course, this.state.by);
		const columns = stacked(rows), { history } = course;
		if (this.plot) this.plot.destroy();
		fill(this.box);
		this.say(rows, null);
		// a value stands for the time before it: the first one from its begin on
		const times = [history.begin_seconds[0], ...history.end_seconds];
		const values = [...columns, course.level.most].map((column) => [column[0], ...column]);
		this.plot = new uPlot(this.options(course, rows, columns), [times, ...values], this.box);
		fill(this.caption, `A point is at least ${seconds(history.period_seconds)} long; the grey line is the most in it, exactly. ` +
			`${driverWords(course).length ? "Squares: in use on the device, of all processes, by the driver's word. " : ""}Drag to zoom, double-click to zoom out.`);
	}
}

/* null where no recording has a history. */
export function timeline(page) {
	const courses = coursesOf(page);
	return courses.length ? new Timeline(page, courses) : null;
}
