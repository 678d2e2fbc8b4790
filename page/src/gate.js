// The judgement of the gate, where the page is one of `vramtrack gate`.

import { growing, h } from "./dom.js";
import { stackView } from "./stackview.js";
import { bytes, count, plural } from "./units.js";

const TONES = { clean: "good", findings: "bad", uncovered: "warn", unreadable: "warn" };

function judgedView(page, judged) {
	const element = h("details.finding", {}, h("summary", {},
		h(`span.badge.${judged.fails ? "bad" : "note"}`, {}, judged.fails ? "fails" : "passes"), h("span.badge.note", {}, judged.standing),
		h("span.what", {}, `${judged.class.replace(/_/g, " ")}${judged.bytes ? ` ${bytes(judged.bytes)}` : ""}`),
		h("span.where.function", {}, judged.title)));
	element.addEventListener("toggle", () => element.open && !element.querySelector(".body") && element.append(h("div.body", {},
		judged.clause ? h("p", {}, `beyond the policy: ${judged.clause}`) : null,
		judged.known ? h("p", {}, `in the baseline: ${bytes(judged.known.bytes)} in ${count(judged.known.count)}`) : null,
		judged.suppressed_by ? h("p", {}, `suppressed by ${judged.suppressed_by.rule} (${judged.suppressed_by.file}:${judged.suppressed_by.line})`) : null,
		stackView(page.stacks, judged), h("p.small", {}, "identity ", h("code", {}, judged.identity)))));
	return element;
}

export function gate(page, judgement) {
	const list = h("div.findings", {});
	const more = growing(judgement.findings, (judged) => judgedView(page, judged), 10, list, "judged findings");
	const idle = judgement.idle_rules.length, gone = judgement.gone.length;
	return h("section.card", { id: "gate" }, h("h2", {}, "Gate"),
		h("p", {}, h(`span.badge.${TONES[judgement.verdict] || "note"}`, {}, judgement.verdict), " ", judgement.program ? h("code", {}, judgement.program) : ""),
		h("ul.plain", {}, judgement.reasons.map((reason) => h("li", {}, reason))), list, more,
		gone ? h("p.small", {}, `${plural(gone, "finding")} of the baseline ${gone === 1 ? "is" : "are"} ${judgement.gone_unsure ? "not found this time, which is not sure: not everything was seen, or the program or a process failed" : "gone"}.`) : null,
		idle ? h("p.small", {}, `${plural(idle, "suppression")} had no effect.`) : null);
}
