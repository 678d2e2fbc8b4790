// A card between the processes of a run: what each had of it at the peak of all, at refusals and at its own end.

import { h } from "./dom.js";
import { bytes, plural, seconds } from "./units.js";

const MOMENTS = { peak: "Peak of all", refused: "Refusal", end: "Its end" };

function nameOf(process) {
	return `${(process.program || "").split("/").pop()} ${process.pid}`;
}

function headOf(moment) {
	const when = moment.seconds === null ? "" : seconds(moment.seconds);
	const whom = moment.refused_pid === null ? "" : `${bytes(moment.requested_bytes)} to ${moment.refused_pid}`;
	return h("th.number", { scope: "col" }, MOMENTS[moment.moment] || moment.moment, h("span.place", {}, [whom, when].filter(Boolean).join(" \u00b7 ")));
}

function row(words, cells, tone) {
	return h(tone ? `tr.${tone}` : "tr", {}, cells.map((cell) => h("td.number", {}, cell === null ? "?" : bytes(cell))), h("td", {}, words));
}

function cardView(card) {
	const { moments, processes } = card, all = processes.length + card.processes_left_out;
	return h("div.account", {},
		h("h3", {}, card.name || `GPU ${processes[0].device}`, h("span.place", {}, plural(all, "process", "processes"))),
		h("table.plain", {},
			h("thead", {}, h("tr", {}, moments.map(headOf), h("th", { scope: "col" }, "Process"))),
			h("tbody", {},
				processes.map((process, at) => row(`${nameOf(process)}${process.killed ? " (killed: until when it held that is not known)" : ""}`,
					moments.map((moment) => moment.bytes[at]))),
				row("together", moments.map((moment) => moment.sum_bytes), "sum"),
				row("other processes and what nobody owns", moments.map((moment) => moment.other_bytes)))),
		card.processes_left_out ? h("p.small", {}, `${card.processes_left_out} more processes, with smaller peaks, are not in it.`) : null);
}

export function cards(page) {
	const all = page.report.cards || [];
	return all.length ? h("section.card", { id: "cards" }, h("h2", {}, "Cards"),
		h("p.small", {}, "What each process had of a card: its allocations, and what is accounted for beside them."), all.map(cardView)) : null;
}
