// A stack for people: the user's frames, what lies between folded, with the lines of the source.

import { toneOf } from "./colours.js";
import { h, fill } from "./dom.js";

function excerptView(excerpt) {
	return h("div.excerpt", {},
		excerpt.newer ? h("p.small.warn", {}, "This file was changed after the recording began.") : null,
		h("pre", {}, excerpt.lines.map((line) =>
			h(line.here ? "span.line.here" : "span.line", {}, h("i", {}, line.number), `${line.text}\n`))));
}

function frameView(stacks, frame, number, isSite, isOpen) {
	const excerpt = stacks.excerpt(frame);
	const content = [
		h("span.number", {}, `#${number}`),
		h(`span.dot.tone-${toneOf(frame)}`, { title: frame.language === "python" ? "Python" : frame.role }),
		h("span.function", { title: frame.function || "" }, frame.name),
		h("span.place", { title: frame.file || frame.module || "" }, frame.place, frame.inlined ? " (inlined)" : ""),
	];
	const item = h(isSite ? "li.frame.site" : "li.frame", {});
	if (!excerpt) {
		item.append(h("div.row", {}, content));
		return item;
	}
	const box = h("div", {});
	const button = h("button.row.opens", {
		type: "button", "aria-expanded": String(isOpen), title: "Show the source",
		onclick: () => set(button.getAttribute("aria-expanded") !== "true"),
	}, content);
	function set(open) {
		button.setAttribute("aria-expanded", String(open));
		fill(box, open ? excerptView(excerpt) : null);
	}
	set(isOpen);
	item.append(button, box);
	return item;
}

/* Frames that are shown, and between them runs that are folded. Of CUDA's own the outermost of a run
 * says what was called. */
function runs(frames, site) {
	const isCuda = (frame) => Boolean(frame) && frame.role === "cuda";
	const shown = (frame, at) => frame.role === "user" || frame.role === "call" || at === site ||
		(isCuda(frame) && !isCuda(frames[at + 1]));
	const out = [];
	frames.forEach((frame, at) => {
		const last = out[out.length - 1];
		if (shown(frame, at)) out.push({ at, frame });
		else if (last && last.folded) last.folded.push({ at, frame });
		else out.push({ at, folded: [{ at, frame }] });
	});
	return out.flatMap((run) => (run.folded && run.folded.length === 1 ? run.folded : [run]));
}

function owners(folded) {
	const names = [...new Set(folded.map(({ frame }) => frame.owner))];
	return names.slice(0, 2).join(", ") + (names.length > 2 ? ` and ${names.length - 2} more` : "");
}

/* A row has stack, site, stack_truncated, stack_unfinished; `name` is another stack of it. */
export function stackView(stacks, row, name = "stack") {
	const node = row[name], site = name === "stack" ? row.site : null;
	const frames = node === null || node === undefined ? [] : stacks.frames(node);
	const list = h("ol.stack", {});
	for (const run of runs(frames, site)) {
		if (!run.folded) {
			list.append(frameView(stacks, run.frame, run.at, run.at === site, run.at === site));
			continue;
		}
		const button = h("button.fold", {
			type: "button", "aria-expanded": "false",
			onclick: () => button.parentNode.replaceWith(
				...run.folded.map((each) => frameView(stacks, each.frame, each.at, false, false))),
		}, `\u2026 ${run.folded.length} frames of ${owners(run.folded)}`);
		list.append(h("li.folded", {}, button));
	}
	return h("div.stackbox", {},
		frames.length ? list : h("p.nothing", {}, "No stack was kept."),
		row[`${name}_truncated`] && frames.length ? h("p.small", {}, "\u2026 deeper frames were not kept.") : null,
		row[`${name}_unfinished`] && frames.length
			? h("p.small", {}, "The stack ends here: no unwind information. All of its callers are one here.") : null);
}
