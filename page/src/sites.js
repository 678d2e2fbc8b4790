// The table of call sites.

import { MEASURES, deviceWords, kindWords, processesOf } from "./data.js";
import { h } from "./dom.js";
import { stackView } from "./stackview.js";
import { makeTable } from "./table.js";
import { amount, bytes, plural, seconds } from "./units.js";

function facts(page, site) {
	const process = processesOf(page)[site.process];
	const rows = [
		["driver's function", site.api || "\u2013"], ["memory", `${kindWords(site.kind)} ${deviceWords(site.device) ? `on ${deviceWords(site.device)}` : ""}`],
		["most at once", site.kind ? bytes(site.own_peak_bytes) : null],
		["first, last call", site.first_seconds === null || site.kind === null ? null : `${seconds(site.first_seconds)} and ${seconds(site.last_seconds)} after the start`],
		["processes", processesOf(page).length > 1 ? plural(site.processes, "process", "processes") : null],
		...MEASURES.map(([measure, words]) => [words.toLowerCase(), `${bytes(site[measure][0])} in ${plural(site[measure][1], "allocation")}`]),
	];
	return h("dl.facts", { "data-pid": process ? process.pid : null },
		rows.filter(([, value]) => value).map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
}

function bar(value, most) {
	const element = h("i.bar", {});
	element.style.width = `${most ? Math.max(0.5, (100 * value) / most) : 0}%`;
	return element;
}

export function sitesTable(page) {
	const shown = { unit: "bytes", most: {} };
	const columns = [
		{
			id: "site", words: "Call site", value: (site) => site.title.toLowerCase(),
			cell: (site) => {
				const caller = page.stacks.caller(site.stack, site.site);
				return [h("span.function", { title: site.frame ? site.frame.function : null }, site.title), h("span.place", {}, site.place),
					caller ? h("span.place.caller", {}, `called by ${caller.name}${caller.line ? `:${caller.line}` : ""}`) : null];
			},
		},
		...MEASURES.map(([measure, words, hint]) => ({
			id: measure, words, hint, number: true, narrow: measure === "all" || measure === "live",
			value: (site) => site[measure][shown.unit === "bytes" ? 0 : 1],
			cell: (site) => {
				const value = site[measure][shown.unit === "bytes" ? 0 : 1];
				return value ? [h("span", { title: `${site[measure][0]} bytes, ${site[measure][1]} allocations` }, amount(value, shown.unit)),
					bar(value, shown.most[measure])] : h("span.zero", {}, "\u2013");
			},
		})),
		{ id: "kind", words: "Memory", narrow: true, value: (site) => site.kind || "", cell: (site) => kindWords(site.kind) },
		{
			id: "api", words: "Called", narrow: true, value: (site) => page.stacks.called(site.stack, site.api),
			cell: (site) => h("code", { title: site.api }, page.stacks.called(site.stack, site.api)),
		},
	];
	const table = makeTable({
		columns, what: "call sites", label: "Call sites", sort: { column: "peak" },
		open: (site) => (site.sites ? h("p.nothing", {}, "Summed up: the page shows the largest call sites one by one.")
			: h("div.open", {}, stackView(page.stacks, site), facts(page, site))),
	});
	let sorted = false;
	return {
		...table,
		show(sites, state) {
			shown.unit = state.unit;
			for (const [measure] of MEASURES)
				shown.most[measure] = Math.max(0, ...sites.map((site) => site[measure][state.unit === "bytes" ? 0 : 1]));
			if (!sorted) table.sortBy(state.measure);
			sorted = true;
			table.show(sites);
		},
	};
}
