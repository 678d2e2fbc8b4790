// What it all comes to: the verdict, and the numbers that people ask for first.

import { BUCKETS, deviceWords, processName, processesOf } from "./data.js";
import { h } from "./dom.js";
import { bytes, count, plural, seconds } from "./units.js";

/* Processes that nobody looked through at their end: whether all was seen is not known. */
function unwatched(processes) {
	return processes.filter((process) => process.coverage.covered === null && process.state !== "running").length;
}

/* The tone of the verdict: what a gate fails of is bad. */
function toneOf(summary, processes) {
	if (["fault", "leak", "bad_free", "stale_graph", "growth", "unattributed_growth", "out_of_memory"].some((name) => summary[name] && summary[name].findings)) return "bad";
	return summary.lost || summary.uncovered || !summary.all_read || unwatched(processes) || (summary.freed_by_reset && summary.freed_by_reset.findings) ? "warn" : "good";
}

export function tile(title, value, more, tone, href) {
	const content = [h("span.title", {}, title), h("strong", {}, value), h("small", {}, more)];
	return h(href ? "a.tile" : "div.tile", { href, "data-tone": tone || null }, content);
}

function leaked(summary) {
	const { buckets, findings } = summary.leak;
	const vram = buckets.vram || { bytes: 0, count: 0 };
	const others = Object.entries(buckets).filter(([bucket]) => bucket !== "vram").map(([bucket, sum]) => `${bytes(sum.bytes)} of ${BUCKETS[bucket] || bucket}`);
	// the call sites are those of all memory
	const sites = `${plural(findings, "call site")}${others.length ? " in all" : ""}`;
	const more = findings ? [plural(vram.count, "allocation"), ...others, sites].join("; ") : "nothing is left";
	return tile("Leaked device memory", bytes(vram.bytes), more, findings ? "bad" : "good", "#findings");
}

function peaks(page) {
	const best = new Map();
	for (const process of processesOf(page))
		for (const peak of process.peaks) {
			if (peak.bucket !== "vram") continue;
			const most = best.get(peak.device);
			if (!most || peak.bytes > most.bytes) best.set(peak.device, { ...peak, process });
		}
	return [...best].sort((a, b) => a[0] - b[0]).slice(0, 4).map(([device, peak]) =>
		tile(`${processesOf(page).length > 1 ? "Largest peak" : "Peak"} on ${deviceWords(device)}`, bytes(peak.bytes),
			`${seconds(peak.seconds)} after the start${processesOf(page).length > 1 ? `, ${processName(peak.process)}` : ""}`, null, "#memory"));
}

function sums(page) {
	const { summary } = page.report;
	let all = 0, calls = 0;
	for (const process of processesOf(page))
		for (const site of [...process.sites, ...process.sites_rest])
			if (site.bucket === "vram") {
				all += site.all[0];
				calls += site.all[1];
			}
	return [
		tile("Allocated in all", bytes(all), `${plural(calls, "allocation")} of device memory`, null, "#sites"),
		tile("Calls", count(summary.allocations), `allocations; ${plural(summary.frees, "free")}, ${count(summary.live_count)} live at the end`),
	];
}

function trust(summary, processes) {
	const unknown = unwatched(processes), running = summary.running ? plural(summary.running, "process", "processes") : "";
	const gaps = [summary.uncovered ? `${plural(summary.uncovered, "process", "processes")} not covered` : "",
		summary.lost ? `${count(summary.lost)} lost` : "", summary.unreadable ? `${count(summary.unreadable)} not readable` : "",
		summary.all_read || summary.unreadable ? "" : "not every folder was read"].filter(Boolean);
	if (!gaps.length && (unknown || running || !processes.length))
		return tile("Seen", "not known", [unknown ? `nobody looked at the end of ${plural(unknown, "process", "processes")}` : "", running ? `${running} still running` : ""].filter(Boolean).join("; "),
			"warn", "#coverage");
	return tile("Seen", gaps.length ? "not everything" : "everything", gaps.join("; ") || "no known way past the recorder", gaps.length ? "warn" : "good", "#coverage");
}

function states(process) {
	const ends = { running: "still running", exited: "exited", ended: "ended without exit()" };
	const end = process.signal ? `killed by signal ${process.signal}` : ends[process.state];
	const status = process.exit !== null && !process.signal ? `, status ${process.exit}` : "";
	return `${end}${status}`;
}

function processLine(process) {
	return h("p.process", {}, h("code", {}, process.command || process.program),
		h("span.place", {}, [processName(process), process.host ? `on ${process.host}` : "", states(process),
			process.duration_seconds ? `ran ${seconds(process.duration_seconds)}` : "", process.started ? process.started.replace("T", " ") : "",
			process.simulated ? "simulated device" : ""].filter(Boolean).join(" \u00b7 ")));
}

function leftOut(page) {
	const shown = processesOf(page).length, { processes } = page.report.summary;
	return processes > shown ? h("p.small.warn", {}, `Of ${count(processes)} processes the first ${count(shown)} are shown one by one: ` +
		"sums by call stack and call site are of these.") : null;
}

export function overview(page) {
	const { report } = page, processes = processesOf(page), { summary } = report;
	const verdict = (report.verdict || "").replace(/^vramtrack: /, "");
	document.title = `${verdict.split(/[,;:]/)[0] || "report"} \u2013 vramtrack`;
	return h("section.overview", { id: "overview" },
		h("p.verdict", { "data-tone": toneOf(summary, processes) }, verdict),
		processes.length === 1 ? processLine(processes[0])
			: h("p.process", {}, h("b", {}, plural(summary.processes, "process", "processes")),
				h("span.place", {}, [...new Set(processes.map((each) => each.program))].slice(0, 3).join(", "))),
		h("div.tiles-row", {}, leaked(summary), peaks(page), sums(page), trust(summary, processes)), leftOut(page));
}
