// Processes beside one another: each rank's numbers, and what differs between ranks.

import { BUCKETS, kindWords } from "./data.js";
import { growing, h } from "./dom.js";
import { stackView } from "./stackview.js";
import { bytes, count, plural } from "./units.js";

const ACCOUNTS = { peak: "peak", live: "at the end", leak: "leaked" };

function name(member) {
	return member.rank !== null ? `rank ${member.rank}` : `pid ${member.pid}`;
}

function bar(value, most, tone) {
	const element = h(`i.bar.${tone}`, {});
	element.style.width = `${most ? (100 * value) / most : 0}%`;
	return element;
}

function memberRow(member, most) {
	return h("tr", {},
		h("td", {}, h("b", {}, name(member)), h("span.place", {}, [member.host, `pid ${member.pid}`].filter(Boolean).join(" \u00b7 "))),
		h("td.number", {}, bytes(member.peak_bytes), bar(member.peak_bytes, most, "peak")),
		h("td.number", {}, member.leaked_bytes ? bytes(member.leaked_bytes) : "\u2013", bar(member.leaked_bytes, most, "leak")),
		h("td.number.narrow", {}, member.findings ? count(member.findings) : "\u2013"),
		h("td.narrow", {}, member.uncovered ? h("span.badge.warn", {}, "not covered") : "",
			member.lost ? h("span.badge.warn", {}, `${count(member.lost)} lost`) : "", member.state));
}

function apart(row, compared) {
	const shown = (value) => (compared === "count" ? count(value) : bytes(value));
	if (!row.apart.length) return "";
	return `; apart: ${row.apart.slice(0, 8).map((each) => `rank ${each.rank} ${shown(each.value)}`).join(", ")}${row.apart.length > 8 ? ", \u2026" : ""}`;
}

function siteRow(page, row) {
	const frame = page.stacks.site(row.stack, row.site), shown = row.compared === "count" ? count : bytes;
	const element = h("details.finding", {}, h("summary", {},
		h(row.apart.length ? "span.badge.warn" : "span.badge.note", {}, row.class.replace(/_/g, " ")),
		h("span.what", {}, `${shown(row.min)} / ${shown(row.median)} / ${shown(row.max)}`),
		h("span.where", {}, h("span.function", {}, frame ? frame.name : "(no stack)"), " ", h("span.place", {}, frame ? frame.place : "")),
		h("span.place", {}, `${plural(row.ranks, "rank")} of ${kindWords(row.kind)}${apart(row, row.compared)}`)));
	element.addEventListener("toggle", () => element.open && !element.querySelector(".body") &&
		element.append(h("div.body", {}, stackView(page.stacks, row))));
	return element;
}

function jobView(page, job) {
	const list = h("div.findings", {});
	const more = growing(job.sites, (row) => siteRow(page, row), 10, list, "call sites");
	return h("div", {},
		h("h3", {}, job.launcher ? `${plural(job.ranks, "rank")} by ${job.launcher}${job.job ? `, job ${job.job}` : ""}` : plural(job.processes, "process", "processes")),
		job.missing_count ? h("p", {}, h("span.badge.warn", {}, "missing"), ` ${plural(job.missing_count, "rank")} without a recording: ${job.missing.slice(0, 20).join(", ")}`) : null,
		job.mixed ? h("p", {}, h("span.badge.warn", {}, "mixed"), " a rank seems to have been started more than once") : null,
		job.accounts.length ? h("ul.plain", {}, job.accounts.map((row) => h("li", {}, h("b", {}, `${BUCKETS[row.bucket] || row.bucket}, ${ACCOUNTS[row.account] || row.account}: `),
			`least ${bytes(row.min)}, median ${bytes(row.median)}, most ${bytes(row.max)}${apart(row)}`))) : null,
		job.sites.length ? [h("p.small", {}, "Call sites over the ranks, what differs most first (least / median / most):"), list, more] : null,
		job.sites_left_out ? h("p.small", {}, `${count(job.sites_left_out)} more call sites are in the JSON report.`) : null);
}

export function ranks(page, data) {
	const members = [...data.processes].sort((a, b) => (a.rank === null) - (b.rank === null) || a.rank - b.rank);
	const most = Math.max(0, ...members.map((each) => each.peak_bytes)), body = h("tbody", {});
	const more = growing(members, (member) => memberRow(member, most), 32, body, "processes");
	return h("section.card", { id: "ranks" }, h("h2", {}, "Ranks"),
		h("div.wide", {}, h("table.plain.grid.members", {}, h("thead", {}, h("tr", {}, h("th", {}, "Process"), h("th.number", {}, "Peak"), h("th.number", {}, "Leaked"),
			h("th.number.narrow", {}, "Findings"), h("th.narrow", {}, ""))), body)), more,
		data.jobs.map((job) => jobView(page, job)),
		data.unreadable ? h("p.small.warn", {}, `${plural(data.unreadable, "recording")} could not be read: no number here has them.`) : null,
		data.unranked ? h("p.small", {}, `${plural(data.unranked, "process", "processes")} were told no rank.`) : null,
		(data.notes || []).map((note) => h("p.small", {}, note)));
}
