// Findings, each with all of its stacks.

import { deviceWords, kindWords, processName, processesOf } from "./data.js";
import { growing, h } from "./dom.js";
import { stackView } from "./stackview.js";
import { bytes, count, plural, seconds } from "./units.js";

const STEP = 10;

/* class: [heading, tone, one sentence] */
const CLASSES = {
	fault: ["Fault", "bad", "the device met a fault, and this call was told first"],
	leak: ["Leak", "bad", "live when the process ended, after every destructor"],
	live: ["Live", "note", "live in a process that still runs"],
	freed_by_reset: ["Freed by reset", "warn", "its context was reset or destroyed: the driver cleaned up, not the program"],
	bad_free: ["Bad free", "bad", "the driver refused a free"],
	out_of_memory: ["Out of memory", "bad", "the driver refused an allocation"],
	stale_graph: ["Stale graph", "bad", "freed while its address stood in an executable graph, which was launched after that"],
	stale_graph_idle: ["Stale graph, not launched", "note", "freed while its address stands in an executable graph"],
	growth: ["Growth", "bad", "rises steadily from mark to mark"],
	unattributed_growth: ["Unattributed growth", "bad", "in use and owned by nobody, and rises steadily from mark to mark"],
	imported: ["Imported", "note", "opened and not closed; it belongs to whoever made it"],
	registered: ["Registered", "note", "host memory that stays registered"],
	held_until_end: ["Held until the end", "note", "live when the Python interpreter began to end, and freed after that"],
	held_object: ["Held object", "note", "objects of the driver that were never destroyed"],
	retained: ["Retained", "note", "a library keeps it for itself, by a rule"],
	cached: ["Cached", "note", "the cache of a framework keeps it, by a rule; what lives in it is not known"],
	late_free: ["Late free", "note", "freed while the driver was shutting down"],
	unfinished_free: ["Unfinished free", "note", "the process ended inside this free"],
};

const REASONS = {
	double_free: "freed before", unknown_pointer: "never seen allocated", after_reset: "its context was reset or destroyed before",
	interior: "inside an allocation, not its start", host_pointer: "the driver knows no device memory there",
	wrong_family: "made by a function whose memory this one does not free", other_device: "live on another device",
	graph_address: "the address is a graph's definition", still_mapped: "memory is mapped there", refused: "it was live, and the driver refused",
};

const EARLIER = { after_reset: "Its context ended here", still_mapped: "Mapped here" };

function place(finding) {
	const device = deviceWords(finding.device);
	return `${kindWords(finding.kind)}${device && finding.device >= 0 ? ` on ${device}` : ""}`;
}

function headline(finding) {
	const made = plural(finding.count, "allocation"), times = finding.count > 1 ? `, ${count(finding.count)} times` : "";
	if (finding.class === "out_of_memory") return `${bytes(finding.bytes)} of ${place(finding)} refused${times}`;
	if (finding.class === "fault") return `${(finding.fault || "").replace(/_/g, " ")}${finding.device === null ? "" : ` on ${deviceWords(finding.device)}`}`;
	if (/free$/.test(finding.class))
		return `${finding.bytes ? `${bytes(finding.bytes)} of ${place(finding)}` : finding.address}${REASONS[finding.reason] ? `, ${REASONS[finding.reason]}` : ""}${times}`;
	if (finding.objects_per_mark) return `+${plural(finding.count, kindWords(finding.kind))}`;
	if (finding.class === "growth") return `+${bytes(finding.bytes)} of ${place(finding)}`;
	return `${bytes(finding.bytes)} in ${made} of ${place(finding)}`;
}

/* A leak means more where the destructors have run. */
function leakWords(process) {
	return process.state === "exited" ? CLASSES.leak[2] : "live when the process ended, without exit(): no destructor has run";
}

function sentence(page, finding) {
	const result = finding.result_name ? ` (${finding.result_name})` : "";
	if (finding.objects_per_mark)
		return `${finding.objects_per_mark.toFixed(1)} per mark of "${finding.mark}": ${count(finding.first_count)} at mark ${finding.first_mark}, ` +
			`${count(finding.last_count)} at mark ${finding.last_mark}; ${finding.rises} rises, ${finding.falls} falls`;
	if (finding.class === "growth")
		return `${bytes(Math.round(finding.bytes_per_mark))} per mark of "${finding.mark}": ${bytes(finding.first_bytes)} at mark ${finding.first_mark}, ` +
			`${bytes(finding.last_bytes)} at mark ${finding.last_mark}; ${finding.rises} rises, ${finding.falls} falls`;
	if (finding.class === "out_of_memory") {
		const free = finding.device_total_bytes === null ? "" : `; ${bytes(finding.device_free_bytes)} of ${bytes(finding.device_total_bytes)} were free on the device`;
		return `${finding.injected ? "refused by vramtrack, as it was asked to" : "refused by the driver"}${result}; ` +
			`this process held ${bytes(finding.live_bytes)}${free}`;
	}
	if (finding.reason) return `${finding.address}: ${REASONS[finding.reason] || finding.reason}${result}`;
	if (finding.class === "leak") return leakWords(processesOf(page)[finding.process]);
	return CLASSES[finding.class] ? CLASSES[finding.class][2] + result : "";
}

function holders(page, finding) {
	const rows = finding.holder_sites || [];
	if (!rows.length) return null;
	return h("div", {}, h("h4", {}, "Held then by"), h("ul.holders", {}, rows.slice(0, 12).map((row) => {
		const frame = page.stacks.site(row.stack, row.site);
		return h("li", {}, h("b", {}, bytes(row.bytes)), " ", h("span.function", {}, frame ? frame.name : "(no stack)"),
			" ", h("span.place", {}, frame ? frame.place : ""));
	})));
}

/* What had been freed before a fault, the latest first. */
function freedBefore(page, finding) {
	const rows = finding.freed_before || [];
	if (!rows.length) return null;
	return h("div", {}, h("h4", {}, `Freed before it, the latest first (${count(finding.freed_before_count)} in all)`), rows.slice(0, 8).map((row) =>
		h("div", {}, h("p.small", {}, `${bytes(row.bytes)} at ${row.address}, allocated by ${row.allocation_api || "an unknown function"}` +
			`${row.fenced ? "; its addresses stay out of use" : ""}`),
		titled(page, row, "free_stack", "Freed here"), titled(page, row, "allocation_stack", "Allocated here"))));
}

function keeper(finding) {
	const rule = finding.kept_by;
	return rule ? h("p.small", {}, `Kept by ${rule.name}, as a rule says (${rule.file}:${rule.line})`) : null;
}

function parts(finding) {
	if (!finding.purposes || !Array.isArray(finding.purposes) || !finding.purposes.length) return null;
	return h("p.small", {}, "For: ", finding.purposes.slice(0, 8).map((part, at) =>
		`${at ? ", " : ""}${[part.purpose, part.label].filter(Boolean).join(" / ") || "nothing said"} (${bytes(part.bytes)})`).join(""));
}

function titled(page, finding, name, title) {
	const node = finding[name];
	if (node === null || node === undefined || node < 0) return null;
	return h("div", {}, h("h4", {}, title), stackView(page.stacks, finding, name));
}

function references(page, finding) {
	return [
		...(finding.references || []).map((each) => h("div", {}, h("h4", {}, `Kept by ${plural(each.count, each.how)}${each.bytes ? `, ${bytes(each.bytes)}` : ""}`),
			each.stack >= 0 ? stackView(page.stacks, each) : null)),
		...(finding.refused_frees || []).map((each) => h("div", {}, h("h4", {}, `A free of it was refused: ${each.result_name}, ${plural(each.count, "time")}`),
			each.stack >= 0 ? stackView(page.stacks, each) : null)),
	];
}

function body(page, finding) {
	const isStale = /^stale_graph/.test(finding.class), isFree = isStale || /free$/.test(finding.class);
	return h("div.body", {},
		h("p", {}, sentence(page, finding)), keeper(finding), parts(finding),
		isFree ? h("h4", {}, "Freed here") : null, stackView(page.stacks, finding),
		isFree ? titled(page, finding, "free_stack", EARLIER[finding.reason] || "Freed first here") : null,
		isStale ? titled(page, finding, "graph_stack", "The graph was made executable here") : null,
		isFree ? titled(page, finding, "allocation_stack", "Allocated here") : null, freedBefore(page, finding),
		references(page, finding), holders(page, finding));
}

function card(page, finding) {
	const [heading, tone] = CLASSES[finding.class] || [finding.class, "note"];
	const frame = page.stacks.site(finding.stack, finding.site);
	const processes = processesOf(page);
	const element = h("details.finding", { "data-class": finding.class },
		h("summary", {},
			h(`span.badge.${tone}`, {}, heading), h("span.what", {}, headline(finding)),
			h("span.where", {}, h("span.function", {}, frame ? frame.name : "(no stack was kept)"), " ", h("span.place", {}, frame ? frame.place : "")),
			processes.length > 1 ? h("span.place", {}, finding.processes > 1 ? `${finding.processes} processes` : processName(processes[finding.process])) : null,
			h("code", { title: finding.api }, page.stacks.called(finding.stack, finding.api))));
	element.addEventListener("toggle", () => element.open && !element.querySelector(".body") && element.append(body(page, finding)));
	return element;
}

/* The same finding of several processes, with the same stacks, once. */
function collect(page) {
	const known = new Map();
	processesOf(page).forEach((process, index) => process.findings.forEach((finding) => {
		const key = finding.address ? null : [finding.class, finding.kind, finding.device, finding.api, finding.stack].join(" ");
		const seen = key && known.get(key);
		if (seen) {
			seen.processes++;
			seen.bytes += finding.class === "out_of_memory" ? 0 : finding.bytes;
			seen.count += finding.count;
			return;
		}
		known.set(key || known.size, { ...finding, process: index, processes: 1 });
	}));
	const order = Object.keys(CLASSES);
	return [...known.values()].sort((a, b) => order.indexOf(a.class) - order.indexOf(b.class) || b.bytes - a.bytes);
}

function rests(page) {
	const rest = new Map();
	for (const process of processesOf(page))
		for (const row of process.findings_rest || []) {
			const sum = rest.get(row.class) || { findings: 0, bytes: 0 };
			rest.set(row.class, { findings: sum.findings + row.findings, bytes: sum.bytes + row.bytes });
		}
	return [...rest].map(([name, sum]) => h("p.small", {},
		`${count(sum.findings)} more of ${(CLASSES[name] || [name])[0].toLowerCase()}, ${bytes(sum.bytes)}: in the JSON report`));
}

export function findings(page) {
	const all = collect(page), list = h("div.findings", {});
	const more = growing(all, (finding) => card(page, finding), STEP, list, "findings");
	if (list.firstChild) list.firstChild.open = true;
	return h("section.card", { id: "findings" }, h("h2", {}, "Findings", h("span.count", {}, count(all.length))),
		all.length ? [list, more] : h("p.nothing", {}, "No findings."), rests(page));
}

export function when(value) {
	return value === null || value === undefined ? "" : `${seconds(value)} after the start`;
}
