// The document of the page, and its call sites in one form.

import { Stacks } from "./stacks.js";

export const MEASURES = [
	["peak", "At the peak", "What was held when memory of its kind was at its most"],
	["leak", "Leaked", "Live when the process ended"],
	["live", "Live", "Live at the end of the recording"],
	["all", "Allocated in all", "Everything that was ever allocated, freed or not"],
];

export const BUCKETS = {
	vram: "device memory",
	managed: "managed memory",
	host: "host memory",
	imported: "imported memory",
	address: "addresses",
	registered: "registered host memory",
	held: "objects",
	blocks: "blocks in a cache",
};

export const KIND_WORDS = {
	linear: "device memory", pitched: "pitched memory", stream_ordered: "stream-ordered memory",
	vmm: "physical memory (VMM)", array: "array", mipmapped_array: "mipmapped array",
	graph: "memory of graphs", managed: "managed memory", pool_managed: "managed memory from a pool",
	pinned_host: "pinned host memory", pool_host: "host memory from a pool", vmm_host: "host memory (VMM)",
	registered_host: "registered host memory", block: "blocks in a cache",
};

export function kindWords(kind) {
	return kind ? KIND_WORDS[kind] || kind.replace(/_/g, " ") : "memory";
}

export function deviceWords(device) {
	return device === null || device === undefined ? "" : device < 0 ? "no device" : `GPU ${device}`;
}

export function read() {
	const text = document.getElementById("data").textContent;
	const page = JSON.parse(text);
	if (!page.schema) throw new Error("this is the page without a report");
	page.stacks = new Stacks(page.stacks);
	return page;
}

export function processesOf(page) {
	return (page.report && page.report.processes) || [];
}

export function processName(process) {
	if (process.rank !== null && process.rank !== undefined) return `rank ${process.rank}, pid ${process.pid}`;
	const program = process.program || process.command;
	return `${program.slice(program.lastIndexOf("/") + 1) || "process"}, pid ${process.pid}`;
}

const PAIRS = ["peak", "leak", "live", "all"];

function complete(page, row, process) {
	const frame = page.stacks.site(row.stack, row.site);
	row.process = process;
	row.frame = frame;
	row.title = frame ? frame.name : row.sites ? `${row.sites} more call sites` : "(no stack was kept)";
	row.place = frame ? frame.place : "";
	return row;
}

/* The call sites of a report: one object each, and one for the rest of a bucket of a device. */
export function sitesOf(page) {
	const sites = [];
	processesOf(page).forEach((process, index) => {
		for (const row of process.sites) sites.push(complete(page, row, index));
		for (const row of process.sites_rest)
			sites.push(complete(page, { ...row, kind: null, api: "", stack: -1, site: null }, index));
	});
	return sites;
}

/* Call sites that are the same in several processes as one. */
export function merged(sites) {
	const known = new Map();
	for (const site of sites) {
		const key = `${site.stack} ${site.api} ${site.kind} ${site.bucket} ${site.device} ${site.sites ? "rest" : ""}`;
		const seen = known.get(key);
		if (!seen) {
			known.set(key, { ...site, processes: 1 });
			continue;
		}
		seen.processes++;
		if (site.sites) seen.sites += site.sites;
		for (const name of PAIRS) seen[name] = [seen[name][0] + site[name][0], seen[name][1] + site[name][1]];
		seen.first_seconds = Math.min(seen.first_seconds, site.first_seconds);
		seen.last_seconds = Math.max(seen.last_seconds, site.last_seconds);
		seen.own_peak_bytes += site.own_peak_bytes;
	}
	return [...known.values()].map((site) =>
		site.sites ? { ...site, title: `${site.sites.toLocaleString("en-US")} more call sites` } : site);
}

/* What a site has of a measure. */
export function valueOf(site, measure, unit) {
	return site[measure][unit === "bytes" ? 0 : 1];
}
