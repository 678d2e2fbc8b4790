// A device's memory by the driver's own word, beside what is tracked.

import { deviceWords, kindWords, processName, processesOf } from "./data.js";
import { h } from "./dom.js";
import { bytes, percent, seconds } from "./units.js";

const MOMENTS = { end: "at the end", peak: "near the peak", request: "on request", out_of_memory: "when memory was refused" };
const SHOWN = 24; // accounts of all processes

/* [words, bytes, tone] that make up what is in use. */
function partsOf(account) {
	const kinds = account.kinds.filter((kind) => kind.bucket === "vram" && kind.bytes).map((kind) => [`tracked: ${kindWords(kind.kind)}`, kind.bytes, "tracked"]);
	return [
		...kinds,
		["reserved by pools, unused", account.pool_unused_bytes, "pool"],
		["reserved by graphs, unused", account.graph_unused_bytes, "pool"],
		["not attributed (contexts, modules, \u2026)", account.not_attributed_bytes, "rest"],
	].filter(([, size]) => size);
}

function momentOf(account) {
	return account.near_peak === false ? `before the peak, at ${bytes(account.tracked_bytes)}` : MOMENTS[account.moment] || account.moment;
}

function accountView(account, process, many) {
	const parts = partsOf(account), whole = account.in_use_bytes || account.tracked_bytes || 1;
	const bar = h("div.stackbar", { role: "img", "aria-label": parts.map(([words, size]) => `${words}: ${bytes(size)}`).join("; ") });
	parts.forEach(([words, size, tone], at) => {
		const part = h(`i.${tone}`, { title: `${words}: ${bytes(size)}`, "data-shade": at % 4 });
		part.style.flexGrow = String(Math.max(0, size));
		bar.append(part);
	});
	return h("div.account", {},
		h("h3", {}, `${deviceWords(account.device)} ${momentOf(account)}${account.label ? ` (${account.label})` : ""}`,
			h("span.place", {}, [account.seconds === null ? "" : seconds(account.seconds), many ? processName(process) : ""].filter(Boolean).join(" \u00b7 "))),
		bar,
		h("table.plain", {}, h("tbody", {},
			account.in_use_bytes === null ? null : h("tr.sum", {}, h("td.number", {}, bytes(account.in_use_bytes)), h("td.number", {}, ""),
				h("td", {}, account.word === "process" ? "in use by this process (NVML)" : "in use by all processes")),
			parts.map(([words, size, tone], at) => h("tr", {}, h("td.number", {}, bytes(size)), h("td.number", {}, percent(size, whole)),
				h("td", {}, h(`i.dot.${tone}`, { "data-shade": at % 4 }), words))))),
		account.device_total_bytes === null ? null
			: h("p.small", {}, `${bytes(account.device_free_bytes)} of ${bytes(account.device_total_bytes)} were free on the device.`));
}

export function accounts(page) {
	const processes = processesOf(page);
	const all = processes.flatMap((process) => process.accounts.map((account) => [account, process]));
	return h("section.card", { id: "account" }, h("h2", {}, "Account"),
		all.length ? h("p.small", {}, "The driver's own word beside what was tracked; nothing is made to fit.") : h("p.nothing", {}, "The driver was not asked."),
		h("div.accounts", {}, all.slice(0, SHOWN).map(([account, process]) => accountView(account, process, processes.length > 1))),
		all.length > SHOWN ? h("p.small", {}, `${all.length - SHOWN} more accounts are in the JSON report.`) : null);
}
