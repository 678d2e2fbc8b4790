// Light, dark, or as the system has it.

import { h } from "./dom.js";

const KEY = "vramtrack-theme", ORDER = ["auto", "light", "dark"];

function remembered() {
	try {
		return localStorage.getItem(KEY) || "auto";
	} catch {
		return "auto"; // a browser may keep nothing for files
	}
}

export function themeButton(onChange) {
	let theme = ORDER.includes(remembered()) ? remembered() : "auto";
	const button = h("button.plain", { type: "button", id: "theme", title: "Light, dark, or as the system has it ( t )", onclick: () => next() });
	function set(to) {
		theme = to;
		if (theme === "auto") delete document.documentElement.dataset.theme;
		else document.documentElement.dataset.theme = theme;
		button.textContent = { auto: "\u25d0 auto", light: "\u2600 light", dark: "\u263e dark" }[theme];
	}
	function next() {
		set(ORDER[(ORDER.indexOf(theme) + 1) % ORDER.length]);
		try {
			localStorage.setItem(KEY, theme);
		} catch {
			// as above
		}
		onChange();
	}
	set(theme);
	matchMedia("(prefers-color-scheme: dark)").addEventListener("change", onChange);
	return button;
}
