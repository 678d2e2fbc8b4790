// A table that is sorted by its headings and whose rows open; a hundred rows at a time.

import { fill, growing, h } from "./dom.js";

const STEP = 100;

/*
 * columns: [{ id, title, words, number, narrow, value(row), cell(row), hint }]: `narrow` columns go
 * where the page is narrow. open(row): what a row shows when it is opened. Returns { element,
 * show(rows) }.
 */
export function makeTable({ columns, open, sort, what, label }) {
	const state = { column: sort.column, down: sort.down !== false, rows: [] };
	const heads = h("tr", {}), body = h("tbody", {}), foot = h("div.tablefoot", {});
	const table = h("table.sites", { "aria-label": label }, h("thead", {}, heads), body);

	for (const column of columns) {
		const button = h("button", { type: "button", title: column.hint, onclick: () => sortBy(column.id) }, column.words);
		const classes = [column.number ? "number" : "", column.narrow ? "narrow" : ""].filter(Boolean);
		heads.append(h(["th", ...classes].join("."), { scope: "col", "data-column": column.id }, button));
	}

	function sortBy(id) {
		const column = columns.find((each) => each.id === id);
		state.down = state.column === id ? !state.down : Boolean(column.number);
		state.column = id;
		draw();
	}

	function sorted() {
		const column = columns.find((each) => each.id === state.column) || columns[0];
		const sign = state.down ? -1 : 1;
		return state.rows.map((row, at) => [column.value(row), at, row]).sort((a, b) => {
			if (a[0] === b[0]) return a[1] - b[1];
			return a[0] < b[0] ? -sign : sign;
		}).map((each) => each[2]);
	}

	function makeRow(row) {
		const line = h("tr.row", {
			tabindex: "0", "aria-expanded": open ? "false" : null,
			onclick: (event) => !String(getSelection()) && !event.target.closest("a") && flip(),
			onkeydown: (event) => {
				if (event.target !== line || (event.key !== "Enter" && event.key !== " ")) return;
				event.preventDefault();
				flip();
			},
		}, columns.map((column) => h(["td", column.number ? "number" : "", column.narrow ? "narrow" : "", `c-${column.id}`]
			.filter(Boolean).join("."), {}, column.cell(row))));
		let opened = null;
		function flip() {
			if (!open) return;
			if (opened) {
				opened.remove();
				opened = null;
			} else {
				opened = h("tr.opened", {}, h("td", { colspan: columns.length }, open(row)));
				line.after(opened);
			}
			line.setAttribute("aria-expanded", String(Boolean(opened)));
		}
		line.flip = flip;
		line.row = row;
		return line;
	}

	function draw() {
		for (const head of heads.children) {
			const is = head.dataset.column === state.column;
			head.setAttribute("aria-sort", is ? (state.down ? "descending" : "ascending") : "none");
		}
		fill(body);
		const rows = sorted();
		fill(foot, rows.length ? growing(rows, makeRow, STEP, body, what) : h("p.nothing", {}, `No ${what}.`));
	}

	return {
		element: h("div.tablebox", {}, table, foot),
		show(rows) {
			state.rows = rows;
			draw();
		},
		sortBy(id) {
			state.column = id;
			state.down = true;
		},
		/* Opens the row of which `is` is true, and goes there. */
		reveal(is) {
			const line = [...body.children].find((each) => each.row && is(each.row));
			if (!line) return false;
			if (line.getAttribute("aria-expanded") !== "true") line.flip();
			line.scrollIntoView({ block: "center" });
			line.focus({ preventScroll: true });
			return true;
		},
	};
}
