// Colours of frames by whose they are, and of series; both for the light and the dark page.

export const ROLES = [
	["user", "your code"],
	["call", "what was called"],
	["library", "libraries"],
	["runtime", "runtimes"],
	["cuda", "CUDA"],
];

/* hue, saturation, and how far both may differ from name to name */
const TONES = {
	user: [24, 92, 16], python: [214, 78, 14], call: [276, 56, 12], library: [205, 16, 14],
	runtime: [220, 7, 6], cuda: [96, 46, 12], none: [220, 5, 0],
};

export function isDark() {
	const chosen = document.documentElement.dataset.theme;
	return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

function spread(text) {
	let hash = 2166136261;
	for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619);
	return ((hash >>> 8) % 1000) / 1000;
}

export function toneOf(frame) {
	if (!frame) return "none";
	return frame.role === "user" && frame.language === "python" ? "python" : frame.role;
}

export function frameColour(frame, found) {
	if (found) return isDark() ? "hsl(322 82% 46%)" : "hsl(322 88% 74%)";
	const [hue, saturation, range] = TONES[toneOf(frame)] || TONES.none;
	const at = frame ? spread(frame.owner + frame.name) : 0.5;
	const shade = isDark() ? 33 + 9 * at : 70 + 10 * at;
	return `hsl(${Math.round(hue + range * (at - 0.5) * 2)} ${isDark() ? saturation * 0.62 : saturation}% ${shade.toFixed(0)}%)`;
}

/* Told apart by most eyes; in the order in which they are given. */
const SERIES = ["#e8743b", "#3b82c4", "#3aa675", "#b45fc0", "#d9a514", "#d4526e", "#4fb3bf", "#8d6e4f", "#7a7fd6", "#93a33b"];

export function seriesColour(index) {
	return SERIES[index % SERIES.length];
}

/* Of a change, from -1 (gone) to 1 (new). */
export function changeColour(change, found) {
	if (found) return frameColour(null, true);
	const dark = isDark(), size = Math.min(1, Math.abs(change));
	if (size < 0.005) return dark ? "hsl(220 6% 34%)" : "hsl(220 10% 86%)";
	const [hue, strength] = change > 0 ? [10, 78] : [152, 42];
	return dark ? `hsl(${hue} ${strength * (0.3 + 0.3 * size)}% ${30 + 8 * size}%)` : `hsl(${hue} ${strength}% ${86 - 18 * size}%)`;
}
