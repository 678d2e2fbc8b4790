// Flame graphs and icicles, by d3-flame-graph.

import flamegraph from "d3-flame-graph";
import { select } from "d3-selection";
import { frameColour } from "./colours.js";
import { fill, h } from "./dom.js";
import { exact, amount, percent } from "./units.js";

const ROW = 20; // pixels
const QUICK = 180; // milliseconds
const SMALLEST = 0.8; // pixels: what is narrower is not drawn

function label(node, total, unit) {
	const { data } = node;
	return `${data.name}: ${amount(data.value, unit)}, ${percent(data.value, total)}`;
}

/* Each rectangle can be reached and opened by keyboard. */
function makeReachable(box, total, unit) {
	for (const g of box.querySelectorAll("g.frame")) {
		const node = select(g).datum();
		g.setAttribute("tabindex", "0");
		g.setAttribute("role", "button");
		g.setAttribute("aria-label", label(node, total, unit));
	}
}

function neighbour(event, g) {
	const node = select(g).datum();
	const siblings = node.parent ? node.parent.children : [node];
	const at = siblings.indexOf(node);
	return {
		ArrowUp: node.parent, ArrowDown: node.children && node.children[0],
		ArrowLeft: siblings[at - 1], ArrowRight: siblings[at + 1],
	}[event.key];
}

function onKey(event) {
	const g = event.target.closest("g.frame");
	if (!g) return;
	if (event.key === "Enter" || event.key === " ") {
		event.preventDefault();
		g.dispatchEvent(new MouseEvent("click", { bubbles: true }));
		return;
	}
	const to = neighbour(event, g);
	if (!to) return;
	event.preventDefault();
	const found = [...g.parentNode.querySelectorAll("g.frame")].find((each) => select(each).datum() === to);
	if (found) found.focus();
}

/* d3-flame-graph lets rectangles grow as they come: at first they are there at once. */
function settle(box) {
	for (const g of box.querySelectorAll("g.frame")) {
		g.querySelector("rect").setAttribute("width", g.getAttribute("width"));
		g.querySelector("div").textContent = g.getAttribute("name");
	}
}

function depthOf(node) {
	return 1 + node.children.reduce((most, each) => Math.max(most, depthOf(each)), 0);
}

/*
 * Draws `root` (tree.js) into `box`. options: unit, inverted (the root on top), colour(node, found),
 * onPick(node data, path) for a click, onHover(node data or null). Returns { search(text), reset() }.
 */
export function drawFlame(box, root, options) {
	const total = root.value;
	const chart = flamegraph()
		.width(Math.max(280, box.clientWidth))
		.cellHeight(ROW)
		.minFrameSize(SMALLEST)
		.height(depthOf(root) * ROW + 2)
		.transitionDuration(0)
		.inverted(options.inverted)
		.sort(false)
		.label((node) => `${label(node, total, options.unit)}\n${exact(node.data.value, options.unit)}` +
			(node.data.frame ? `\n${node.data.frame.function || ""}\n${node.data.frame.place}` : ""))
		.setSearchMatch((node, text) => Boolean(node.data.frame && node.data.frame.search.includes(text)))
		.setSearchHandler((found, sum) => options.onFound && options.onFound(found.length, sum, total))
		.setDetailsHandler(() => undefined)
		.setColorMapper((node) => (options.colour || ((data, found) => frameColour(data.frame, found)))(node.data, node.highlight))
		.onHover((node) => options.onHover && options.onHover(node.data))
		.onClick((node) => {
			makeReachable(box, total, options.unit);
			if (options.onPick) options.onPick(node.data, node);
		});
	fill(box);
	select(box).datum(root).call(chart);
	settle(box);
	makeReachable(box, total, options.unit);
	if (!matchMedia("(prefers-reduced-motion: reduce)").matches) chart.transitionDuration(QUICK);
	box.onkeydown = onKey;
	box.onmouseleave = () => options.onHover && options.onHover(null);
	return {
		search(text) {
			if (text) chart.search(text);
			else chart.clear();
			makeReachable(box, total, options.unit);
		},
		reset() {
			chart.resetZoom();
		},
	};
}

export function nothing(box, words) {
	fill(box, h("p.nothing", {}, words));
}
