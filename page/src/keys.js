// Keys for the whole page, and the list of them.

import { h } from "./dom.js";

const KEYS = [
	["/", "search"], ["Esc", "leave the search; zoom out"], ["1 \u2026 4", "at the peak, leaked, live, allocated in all"],
	["i  f  m", "icicle, flame graph, treemap"], ["v", "invert the graph"], ["b", "bytes or count"], ["t", "light, dark, auto"],
	["\u2190 \u2191 \u2193 \u2192, Enter", "in a graph: go, zoom"], ["?", "this list"],
];

function dialog() {
	const element = h("dialog.keys", { "aria-label": "Keys" }, h("h2", {}, "Keys"),
		h("dl", {}, KEYS.map(([key, words]) => h("div", {}, h("dt", {}, h("kbd", {}, key)), h("dd", {}, words)))),
		h("form", { method: "dialog" }, h("button", {}, "Close")));
	document.body.append(element);
	return element;
}

/* The button of a group that follows the pressed one. */
function nextOf(label) {
	const buttons = [...document.querySelectorAll(`[role=group][aria-label="${label}"] button`)];
	const at = buttons.findIndex((button) => button.getAttribute("aria-pressed") === "true");
	return buttons[(at + 1) % buttons.length];
}

function pressed(label, value) {
	return document.querySelector(`[role=group][aria-label="${label}"] button[data-value="${value}"]`);
}

function targetOf(key) {
	const measures = ["peak", "leak", "live", "all"], views = { i: "icicle", f: "flame", m: "treemap" };
	if (/^[1-4]$/.test(key)) return pressed("Measure", measures[Number(key) - 1]);
	if (views[key]) return pressed("View", views[key]);
	if (key === "v") return nextOf("Direction");
	if (key === "b") return nextOf("Unit");
	return key === "t" ? document.getElementById("theme") : null;
}

export function keys(onEscape) {
	let help = null;
	const show = () => {
		help = help || dialog();
		help.showModal();
	};
	document.addEventListener("keydown", (event) => {
		const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
		if (event.ctrlKey || event.metaKey || event.altKey) return;
		if (event.key === "Escape" && !(help && help.open)) {
			event.target.blur();
			onEscape();
		} else if (typing) {
			return;
		} else if (event.key === "/") {
			const search = document.getElementById("search");
			if (!search) return;
			event.preventDefault();
			search.focus();
		} else if (event.key === "?") {
			show();
		} else {
			const target = targetOf(event.key);
			if (target) target.click();
		}
	});
	return h("button.plain", { type: "button", title: "Keys ( ? )", onclick: show }, "? keys");
}
