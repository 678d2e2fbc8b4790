// How far the report can be trusted: ways to the driver, what was lost, notes, marks, devices.

import { deviceWords, kindWords, processName, processesOf } from "./data.js";
import { h } from "./dom.js";
import { bytes, count, plural, seconds } from "./units.js";

/* one, many */
const DOORS = {
	dlsym: ["look-up by dlsym", "look-ups by dlsym"], proc_address: ["look-up by cuGetProcAddress", "look-ups by cuGetProcAddress"],
	wrappers: ["look-up answered with a wrapper", "look-ups answered with a wrapper"], audit: ["binding redirected by the audit object", "bindings redirected by the audit object"],
	callbacks: ["callback of CUPTI", "callbacks of CUPTI"], calling_threads: ["thread that called the driver", "threads that called the driver"],
};

function passage(row) {
	return h("li", {}, h(row.covered ? "span.badge.good" : "span.badge.warn", {}, row.covered ? "covered" : "not covered"), " ",
		h("code", {}, row.path), row.symbol ? ` ${row.symbol}` : "", `: ${row.message}`,
		row.remedy ? h("p.small", {}, row.remedy) : null);
}

function sentence(coverage) {
	if (coverage.covered === null) return `Not known: ${coverage.reason || "the process still runs, or was killed"}`;
	return coverage.covered ? "All known ways to the driver were watched." : `Not covered: ${coverage.reason}`;
}

function processCoverage(process, many) {
	const { coverage } = process;
	const doors = Object.entries(coverage.doors).filter(([, number]) => number).map(([name, number]) => plural(number, ...(DOORS[name] || [name, name])));
	return h("div", {}, many ? h("h3", {}, processName(process)) : null,
		h("p", {}, h(`span.badge.${coverage.covered === false ? "bad" : coverage.covered ? "good" : "warn"}`, {}, coverage.source.toUpperCase()), " ", sentence(coverage)),
		doors.length ? h("p.small", {}, doors.join("; ")) : null,
		coverage.passages.length ? h("ul.plain", {}, coverage.passages.slice(0, 60).map(passage)) : null,
		process.lost.map((loss) => h("p", {}, h("span.badge.warn", {}, "lost"), ` ${count(loss.count)} ${loss.message}`)),
		process.notes.map((note) => h("p.small", {}, note)));
}

export function coverage(page) {
	const processes = processesOf(page), many = processes.length > 1;
	const faulty = processes.filter((each) => each.coverage.covered === false || each.lost.length);
	const shown = many ? [...faulty, ...processes.filter((each) => !faulty.includes(each))].slice(0, 16) : processes;
	return h("section.card", { id: "coverage" }, h("h2", {}, "Coverage"), shown.map((each) => processCoverage(each, many)),
		processes.length > shown.length ? h("p.small", {}, `${plural(processes.length - shown.length, "process", "processes")} more.`) : null);
}

/* ---- Devices ---------------------------------------------------------------------- */

function deviceRows(process) {
	return process.devices.flatMap((device) => device.kinds.filter((kind) => kind.bucket !== "held").map((kind) => h("tr", {},
		h("td", {}, device.ordinal < 0 ? "no device" : `GPU ${device.ordinal}${device.name ? `, ${device.name}` : ""}`),
		h("td", {}, kindWords(kind.kind)), h("td.number", {}, bytes(kind.peak_bytes)), h("td.number", {}, bytes(kind.live_bytes)),
		h("td.number.narrow", {}, count(kind.allocations)), h("td.number.narrow", {}, count(kind.frees)))));
}

function held(process) {
	const objects = process.devices.flatMap((device) => device.kinds.filter((kind) => kind.bucket === "held" && kind.live_count)
		.map((kind) => `${count(kind.live_count)} ${kindWords(kind.kind)}${device.ordinal < 0 ? "" : ` on ${deviceWords(device.ordinal)}`}`));
	return objects.length ? h("p.small", {}, "Objects live at the end: ", objects.join(", ")) : null;
}

function marks(process) {
	if (!process.marks.length) return null;
	return h("p.small", {}, "Marks: ", process.marks.slice(0, 12).map((mark) =>
		`${mark.name} \u00d7 ${count(mark.count)}${mark.first_seconds === null ? "" : ` (${seconds(mark.first_seconds)} to ${seconds(mark.last_seconds)})`}`).join(", "),
	process.growth.told ? "" : `. Growth: ${process.growth.reason}`);
}

function purposes(process) {
	if (!process.purposes.length) return null;
	return h("p.small", {}, "Live by purpose: ", process.purposes.slice(0, 16).map((row) =>
		`${row.purpose === null ? "nothing said" : row.purpose} ${bytes(row.live_bytes)}`).join(", "));
}

export function devices(page) {
	const processes = processesOf(page), many = processes.length > 1;
	return h("section.card", { id: "devices" }, h("h2", {}, many ? "Processes and devices" : "Devices"),
		processes.slice(0, 64).map((process) => {
			const rows = deviceRows(process);
			return h("div", {}, many ? h("h3", {}, processName(process)) : null,
				rows.length ? h("div.wide", {}, h("table.plain.grid", {}, h("thead", {}, h("tr", {}, h("th", {}, "Device"), h("th", {}, "Memory"), h("th.number", {}, "Peak"),
					h("th.number", {}, "Live"), h("th.number.narrow", {}, "Allocations"), h("th.number.narrow", {}, "Frees"))), h("tbody", {}, rows))) : h("p.nothing", {}, "No device memory."),
				held(process), purposes(process), marks(process));
		}),
		processes.length > 64 ? h("p.small", {}, `${processes.length - 64} more processes.`) : null);
}
