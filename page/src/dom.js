// Makes elements. What comes from a recording is text here, never markup.

// Control characters and direction marks: they could reorder or hide a line.
// eslint-disable-next-line no-control-regex
const HARMFUL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

export function clean(text) {
	return String(text).replace(HARMFUL, "\ufffd");
}

function append(element, child) {
	if (child === null || child === undefined || child === false) return;
	if (Array.isArray(child)) child.forEach((each) => append(element, each));
	else if (child instanceof Node) element.append(child);
	else element.append(document.createTextNode(clean(child)));
}

/* h("a.wide", { href, onclick, "aria-label" }, children...): functions are listeners, false and
 * null leave an attribute out. */
export function h(name, attributes, ...children) {
	const [tag, ...classes] = name.split(".");
	const element = document.createElement(tag || "div");
	if (classes.length) element.className = classes.join(" ");
	for (const [key, value] of Object.entries(attributes || {})) {
		if (typeof value === "function") element.addEventListener(key.replace(/^on/, ""), value);
		else if (value === true) element.setAttribute(key, "");
		else if (value !== false && value !== null && value !== undefined)
			element.setAttribute(key, clean(value));
	}
	append(element, children);
	return element;
}

export function fill(element, ...children) {
	element.replaceChildren();
	append(element, children);
	return element;
}

export const $ = (selector, root = document) => root.querySelector(selector);

/* A group of buttons of which one is pressed; `choices` are [value, words, title]. */
export function choice(label, choices, value, onChange) {
	const buttons = choices.map(([each, words, title]) =>
		h("button", {
			type: "button", "aria-pressed": String(each === value), "data-value": each, title,
			onclick: () => group.set(each),
		}, words));
	const group = h("div.choice", { role: "group", "aria-label": label }, buttons);
	group.set = (wanted) => {
		const found = buttons.find((button) => button.dataset.value === String(wanted));
		if (!found) return;
		buttons.forEach((button) => button.setAttribute("aria-pressed", String(button === found)));
		onChange(wanted);
	};
	return group;
}

/* A list to choose from; [value, words]. */
export function select(label, choices, value, onChange) {
	return h("label.select", {}, h("span", {}, label),
		h("select", { "aria-label": label, onchange: (event) => onChange(event.target.value) },
			choices.map(([each, words]) =>
				h("option", { value: each, selected: String(each) === String(value) }, words))));
}

export function toggle(label, value, onChange, title) {
	return h("label.toggle", { title },
		h("input", { type: "checkbox", checked: value, onchange: (event) => onChange(event.target.checked) }),
		h("span", {}, label));
}

/* More of a list at a time: `make(item)` gives an element. */
export function growing(items, make, step, container, what) {
	let shown = 0;
	const more = h("button.more", { type: "button", onclick: () => show() });
	function show() {
		container.append(...items.slice(shown, shown + step).map(make));
		shown = Math.min(items.length, shown + step);
		more.hidden = shown === items.length;
		fill(more, `Show ${Math.min(step, items.length - shown)} more of ${items.length - shown} ${what}`);
	}
	show();
	return more;
}
