// The call tree of a measure: what a flame graph shows. Stacks are merged frame by frame.

import { valueOf } from "./data.js";

const SMALLEST = 1 / 3000; // of the whole: what is smaller is one node with the others
const DEEPEST = 200;

function makeNode(name, frame) {
	return { name, frame, value: 0, sites: 0, index: new Map(), children: [] };
}

function key(frame) {
	return `${frame.role} ${frame.name} ${frame.owner}`;
}

function child(node, name, frame, id) {
	let found = node.index.get(id);
	if (!found) {
		found = makeNode(name, frame);
		node.index.set(id, found);
		node.children.push(found);
	}
	return found;
}

/* Frames from the root of the graph on. */
function path(page, site, options) {
	let frames = page.stacks.frames(site.stack);
	if (options.frames !== "all") {
		const is = options.frames === "mine" ? (frame) => frame.role === "user" || frame.role === "call" : (frame) => frame.role !== "runtime";
		const kept = frames.filter((frame, at) => is(frame) || at === site.site);
		frames = kept.length ? kept : frames;
	}
	if (options.from === "main") frames.reverse();
	return frames.slice(0, DEEPEST);
}

function add(page, root, site, value, options) {
	let at = root;
	at.value += value;
	at.sites += site.sites || 1;
	if (site.sites) {
		const rest = child(at, "more call sites", null, "rest");
		rest.value += value;
		rest.sites += site.sites;
		return;
	}
	const frames = path(page, site, options);
	if (!frames.length) {
		const none = child(at, "(no stack was kept)", null, "none");
		none.value += value;
		none.sites++;
		return;
	}
	for (const frame of frames) {
		at = child(at, frame.name, frame, key(frame));
		at.value += value;
		at.sites++;
		if (options.before) at.before = (at.before || 0) + site.before;
		if (options.before) at.after = (at.after || 0) + site.after;
	}
}

function prune(node, least) {
	node.index = null;
	const kept = node.children.filter((each) => each.value && each.value >= least);
	const small = node.children.filter((each) => each.value && each.value < least);
	if (small.length === 1) kept.push(small[0]);
	if (small.length > 1) {
		const rest = makeNode(`${small.length} smaller`, null);
		rest.value = small.reduce((sum, each) => sum + each.value, 0);
		rest.sites = small.reduce((sum, each) => sum + each.sites, 0);
		rest.index = null;
		kept.push(rest);
	}
	kept.sort((a, b) => b.value - a.value);
	node.children = kept;
	kept.forEach((each) => each.index && prune(each, least));
	return node;
}

/* options: measure, unit; from: "main" or "allocation"; frames: "all", "most" (without those of a
 * language's runtime) or "mine" (nor of libraries and CUDA); value(site): in place of the measure. */
export function callTree(page, sites, options) {
	const root = makeNode("all", null);
	for (const site of sites) {
		const value = options.value ? options.value(site) : valueOf(site, options.measure, options.unit);
		// what is on the other side alone has a part in how its callers changed
		if (value > 0 || options.before) add(page, root, site, value, options);
	}
	return prune(root, root.value * SMALLEST);
}
