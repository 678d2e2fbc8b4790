// A treemap of call sites by whose code they are in, by d3-hierarchy. A click opens a group.

import { hierarchy, treemap } from "d3-hierarchy";
import { seriesColour, isDark } from "./colours.js";
import { valueOf } from "./data.js";
import { fill, h } from "./dom.js";
import { amount, percent } from "./units.js";

const MOST = 400; // rectangles; the rest of a group is one

function groupOf(site) {
	if (site.sites || !site.frame) return "other";
	return site.frame.file ? site.frame.place.replace(/:\d+$/, "") : site.frame.owner;
}

/* { name, children: [{ name, site, value }] } by file, or by module where there is none. */
export function groups(sites, options) {
	const known = new Map();
	let shown = 0;
	const sorted = sites.map((site) => ({ site, value: valueOf(site, options.measure, options.unit) }))
		.filter((each) => each.value > 0).sort((a, b) => b.value - a.value);
	for (const { site, value } of sorted) {
		const name = groupOf(site);
		if (!known.has(name)) known.set(name, { name, children: [], rest: 0, restSites: 0 });
		const group = known.get(name);
		if (shown++ < MOST) group.children.push({ name: site.title, site, value });
		else {
			group.rest += value;
			group.restSites++;
		}
	}
	for (const group of known.values())
		if (group.rest) group.children.push({ name: `${group.restSites} more`, value: group.rest });
	return { name: "all", children: [...known.values()] };
}

function colour(index, at) {
	const strength = 52 - 4 * (at % 6);
	return `color-mix(in oklab, ${seriesColour(index)} ${isDark() ? strength + 18 : strength}%, var(--mix))`;
}

function place(element, node) {
	Object.assign(element.style, {
		left: `${node.x0}px`, top: `${node.y0}px`, width: `${node.x1 - node.x0}px`, height: `${node.y1 - node.y0}px`,
	});
	return element;
}

function tile(node, total, options, background) {
	const { data } = node;
	const words = `${data.name}: ${amount(node.value, options.unit)}, ${percent(node.value, total)}` +
		(data.site ? `\n${data.site.place}` : "");
	const big = node.x1 - node.x0 > 54 && node.y1 - node.y0 > 20;
	const element = h("button.tile", {
		type: "button", title: words, "aria-label": words,
		onclick: () => options.onPick && data.site && options.onPick(data.site),
		onmouseenter: () => options.onHover && options.onHover(data.site || null),
	}, big ? [h("b", {}, data.name), h("small", {}, amount(node.value, options.unit))] : "");
	element.style.background = background;
	if (options.found && options.found(data.site)) element.classList.add("found");
	return place(element, node);
}

/* A colour for each group; where there is one alone, for each function. */
function colouring(all) {
	if (all.children.length > 1) return (group, node, at) => colour(all.children.indexOf(group), at);
	const names = [...new Set(all.children.flatMap((group) => group.children.map((each) => each.name)))];
	return (group, node) => colour(names.indexOf(node.data.name), 1);
}

/* options: measure, unit, onPick(site), onHover(site or null), found(site). */
export function drawTreemap(box, sites, options) {
	const all = groups(sites, options), colourOf = colouring(all);
	let open = null;
	function draw() {
		const shown = open ? { name: "all", children: [open] } : all;
		const width = box.clientWidth, height = Math.max(260, Math.min(520, width * 0.55));
		const root = hierarchy(shown).sum((each) => each.value || 0).sort((a, b) => b.value - a.value);
		treemap().size([width, height]).paddingTop((node) => (node.depth === 1 ? 22 : 0)).paddingInner(1).round(true)(root);
		const total = root.value, canvas = h("div.tiles", {});
		canvas.style.height = `${height}px`;
		for (const group of root.children || []) {
			const head = h("button.group", {
				type: "button", title: group.data.name, "aria-expanded": String(Boolean(open)),
				onclick: () => {
					open = open ? null : group.data;
					draw();
				},
			}, group.x1 - group.x0 > 40 ? `${open ? "\u2039 all \u00b7 " : ""}${group.data.name} \u00b7 ${amount(group.value, options.unit)}` : "");
			canvas.append(place(head, { ...group, x0: group.x0, x1: group.x1, y0: group.y0, y1: group.y0 + 21 }));
			head.style.color = "var(--ink)";
			(group.children || []).forEach((node, at) => canvas.append(tile(node, total, options, colourOf(group.data, node, at))));
		}
		fill(box, canvas);
	}
	draw();
	return {
		search: () => draw(),
		reset() {
			open = null;
			draw();
		},
	};
}
