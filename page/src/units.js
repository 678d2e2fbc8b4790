// Numbers as people read them; the same words as in the text report.

const UNITS = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

/* One decimal, and of what lies in the middle the even one, as printf(3) has it. */
function oneDecimal(number) {
	const tenths = number * 10, rounded = Math.round(tenths);
	return ((tenths % 1 === 0.5 && rounded % 2 ? rounded - 1 : rounded) / 10).toFixed(1);
}

/* "512 B", "4097 B", "4.0 KiB": exact below 10 KiB, then one decimal. */
export function bytes(value) {
	const size = Math.abs(value), sign = value < 0 ? "\u2212" : "";
	if (size < 1024 || (size < 10240 && size % 1024)) return `${sign}${size} B`;
	let unit = 0, number = size / 1024;
	while (number >= 1023.95 && unit < UNITS.length - 1) {
		number /= 1024;
		unit++;
	}
	return `${sign}${oneDecimal(number)} ${UNITS[unit]}`;
}

export function count(value) {
	return value.toLocaleString("en-US");
}

/* By what is shown: bytes or a count. */
export function amount(value, unit) {
	return unit === "bytes" ? bytes(value) : count(value);
}

export function exact(value, unit) {
	return unit === "bytes" ? `${count(value)} bytes` : `${count(value)} allocation${value === 1 ? "" : "s"}`;
}

export function percent(part, whole) {
	if (!whole) return "\u2013";
	const share = (100 * part) / whole;
	if (share > 0 && share < 1) return "<1 %";
	return `${Math.round(share)} %`;
}

export function seconds(value) {
	if (value === null || value === undefined) return "";
	if (value < 0.001) return `${Math.round(value * 1e6)} \u00b5s`;
	if (value < 1) return `${(value * 1000).toFixed(1)} ms`;
	if (value < 60) return `${value.toFixed(1)} s`;
	if (value < 3600) return `${Math.floor(value / 60)} min ${String(Math.floor(value % 60)).padStart(2, "0")} s`;
	return `${Math.floor(value / 3600)} h ${String(Math.floor((value % 3600) / 60)).padStart(2, "0")} min`;
}

export function plural(number, one, many) {
	return `${count(number)} ${number === 1 ? one : many || `${one}s`}`;
}

export function signed(value, unit) {
	return value > 0 ? `+${amount(value, unit)}` : amount(value, unit);
}
