// Puts the page together: modules, style and packages in one file. usage: node build.mjs FOLDER,
// where FOLDER takes page.html and LICENCES. Packages are those of node_modules beside this file.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2];
if (!out) throw new Error("usage: node build.mjs FOLDER");
const text = (...path) => readFileSync(join(here, ...path), "utf8");

const { outputFiles, metafile } = await build({
	absWorkingDir: here, entryPoints: ["src/main.js"], outdir: "out", bundle: true, minify: true, write: false, metafile: true,
	format: "iife", target: ["chrome111", "firefox113", "safari16.4"], legalComments: "none", charset: "ascii",
});
const file = (ending) => outputFiles.find((each) => each.path.endsWith(ending)).text.trim();
const script = file(".js"), style = file(".css");
for (const [what, content] of [["script", script], ["style", style]])
	if (/<\/(script|style)|<!--/i.test(content)) throw new Error(`the ${what} would end its own element`);

const hash = (content) => `sha256-${createHash("sha256").update(content).digest("base64")}`;

/* What the page is made of, so that a page of other sources is known without a build. The same sum
 * is made by tests/cases/page_asset.sh. */
function sources() {
	const names = ["build.mjs", "package-lock.json", "package.json", "page.in.html", ...readdirSync(join(here, "src")).map((name) => `src/${name}`)].sort();
	const sums = names.map((name) => `${createHash("sha256").update(readFileSync(join(here, name))).digest("hex")}  ${name}\n`);
	return createHash("sha256").update(sums.join("")).digest("hex");
}

/* Packages that are in the page, with their licences. */
function packages() {
	const names = [...new Set(Object.keys(metafile.inputs).map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]).filter(Boolean))].sort();
	return names.map((name) => {
		const folder = join("node_modules", name), facts = JSON.parse(text(folder, "package.json"));
		const licence = readdirSync(join(here, folder)).find((each) => /^licen[sc]e/i.test(each));
		return { name, version: facts.version, licence: facts.license, text: text(folder, licence).trim() };
	});
}

/* Packages with the same licence text under one heading; of the Apache License, which is long, what
 * it wants a file to say. */
function licences() {
	const texts = new Map();
	for (const each of packages()) {
		const words = each.licence === "Apache-2.0"
			? "Licensed under the Apache License, Version 2.0; you may obtain a copy at https://www.apache.org/licenses/LICENSE-2.0" : each.text;
		texts.set(words, [...(texts.get(words) || []), `${each.name} ${each.version} (${each.licence})`]);
	}
	return [...texts].map(([words, names]) => `${names.join(", ")}:\n\n${words}\n`).join("\n").replaceAll("--", "-");
}

const notices = licences();
const page = text("page.in.html")
	.replace("SCRIPT_HASH", () => hash(script))
	.replace("STYLE_HASH", () => hash(style))
	.replace("<!-- LICENCES -->", () => `<!-- vramtrack's page (Apache License 2.0). With it come:\n\n${notices}\nsources: ${sources()} -->`)
	.replace("<style>STYLE</style>", () => `<style>${style}</style>`)
	.replace("<script>SCRIPT</script>", () => `<script>${script}</script>`);
writeFileSync(join(out, "page.html"), page);
writeFileSync(join(out, "LICENCES"), notices);
