// The table of stacks: nodes of a tree, each a frame and its caller (reports/formats/stack_table.h).

import { clean } from "./dom.js";

/* "ns::Type<int>::f(int)" as "ns::Type<\u2026>::f": how it is called in one line. */
export function shortName(name) {
	const text = name.replace(/\(anonymous namespace\)::/g, "");
	let angles = 0, braces = 0, out = "";
	for (const at of text) {
		if (at === "<" && !out.endsWith("operator") && !out.endsWith("operator<")) {
			if (angles++ === 0) out += "<\u2026>";
		} else if (at === ">" && angles) {
			angles--;
		} else if (at === "(" && !angles && !braces && out && !out.endsWith("operator")) {
			break;
		} else if (!angles) {
			braces += at === "{" ? 1 : at === "}" ? -1 : 0;
			out += at;
		}
		if (out.length > 200) break;
	}
	out = out.trim();
	if (!out.includes("operator")) out = out.replace(/^(?:[\w:<>\u2026*&]+\s+)+(?=[\w~:])/, "");
	return out || text.slice(0, 200);
}

export function lastPart(path) {
	return path ? path.slice(path.lastIndexOf("/") + 1) : "";
}

export class Stacks {
	constructor(table) {
		this.table = table;
		this.cache = new Map();
		this.folders = (table.folders || []).filter((folder) => folder.length > 1);
	}

	text(number) {
		return number < 0 ? null : this.table.strings[number];
	}

	/* Files below the folder in which a program ran are named from there. */
	shownFile(file) {
		const folder = this.folders.find((each) => file.startsWith(`${each}/`));
		return folder ? file.slice(folder.length + 1) : file;
	}

	frame(number) {
		let frame = this.cache.get(number);
		if (frame) return frame;
		const [name, file, line, module, offset, role, language, inlined] = this.table.frames[number];
		frame = {
			number, line, offset, inlined: Boolean(inlined),
			function: this.text(name), file: this.text(file), fileNumber: file, module: this.text(module),
			role: this.table.roles[role], language: this.table.languages[language],
		};
		const python = frame.language === "python"; // its names have no types to cut: <module>, f.<locals>.g
		frame.owner = python ? "Python" : lastPart(frame.module) || "no module";
		frame.name = frame.function ? (python ? frame.function : shortName(frame.function)) : `${frame.owner}+0x${offset.toString(16)}`;
		frame.place = frame.file ? this.shownFile(frame.file) + (line ? `:${line}` : "") : frame.owner;
		frame.search = clean([frame.function, frame.file, frame.module].filter(Boolean).join("\n")).toLowerCase();
		this.cache.set(number, frame);
		return frame;
	}

	/* Numbers of the frames of a stack, innermost first. */
	numbers(node) {
		const frames = [], nodes = this.table.nodes;
		for (let at = node; at >= 0 && at * 2 < nodes.length && frames.length < 4096; at = nodes[2 * at])
			frames.push(nodes[2 * at + 1]);
		return frames;
	}

	frames(node) {
		return this.numbers(node).map((number) => this.frame(number));
	}

	/* The frame by which people know a stack, or null. */
	site(node, index) {
		const frames = this.numbers(node);
		if (!frames.length) return null;
		const at = index === null || index === undefined || index >= frames.length ? 0 : index;
		return this.frame(frames[at]);
	}

	/* What the program called, as it would say it: the runtime's function where the stack has it,
	 * else the driver's. */
	called(node, api) {
		const { roles, frames } = this.table;
		let outermost = -1;
		for (const number of this.numbers(node)) {
			if (roles[frames[number][5]] !== "cuda") break;
			outermost = number;
		}
		const name = outermost < 0 ? "" : this.frame(outermost).name;
		return name.startsWith("cuda") ? name : api || "";
	}

	/* The user's frame that called the one at `index`, or null. */
	caller(node, index) {
		const numbers = node >= 0 && index !== null ? this.numbers(node).slice(index + 1) : [];
		const found = numbers.find((number) => this.table.roles[this.table.frames[number][5]] === "user");
		return found === undefined ? null : this.frame(found);
	}

	/* Whether any frame has the text. */
	matches(node, text) {
		return this.numbers(node).some((number) => this.frame(number).search.includes(text));
	}

	/* Lines around a frame's own, or null: [{number, text, here}]. */
	excerpt(frame) {
		const source = this.table.sources[frame.fileNumber];
		if (!source || !frame.line || source.lines[frame.line] === undefined) return null;
		const lines = [];
		for (let number = Math.max(1, frame.line - 3); number <= frame.line + 3; number++)
			if (source.lines[number] !== undefined)
				lines.push({ number, text: source.lines[number], here: number === frame.line });
		return { lines, newer: source.newer };
	}
}
