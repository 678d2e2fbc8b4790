"""The benchmark's results as rows of figures, as Markdown and as TSV."""
import method
import rows
import scale

COLUMNS = ("key", "tool", "native_ns", "added_ns", "added_half", "ratio", "ratio_half", "budget",
           "observations", "blocks", "verdict")


def least_observations(row):
    return min(method.LEAST_OBSERVATIONS, row.groups if row.method == "beside" else 99)


def summary(row, tool, observations, simulate):
    """One line of the table. Its precision is of the tracked time, or of what a part costs."""
    added, added_half = method.interval([each.added / row.divide for each in observations])
    ratio, ratio_half = method.interval([each.ratio for each in observations])
    native, _ = method.interval([each.native for each in observations])
    precision = None if ratio_half is None else ratio_half / max(1, ratio)
    if row.budget_ns and added_half is not None:
        precision = added_half / max(abs(added), 1e-9)
    out = {"key": row.key, "title": row.title, "tool": tool, "native_ns": native,
           "added_ns": added, "added_half": added_half, "ratio": ratio, "ratio_half": ratio_half,
           "budget": budget_of(row, tool, simulate),
           "observations": len(observations),
           "blocks": sum(each.blocks for each in observations), "precision": precision}
    out["good"] = (precision is not None and precision <= row.wanted and
                   len(observations) >= least_observations(row))
    out["verdict"] = verdict(row, out)
    return out


def budget_of(row, tool, simulate):
    """What the row may cost on a real device: the ratio, or the ns that are added."""
    return None if simulate or tool != "vramtrack" else row.budget or row.budget_ns


def verdict(row, line):
    words = []
    if line["precision"] is None:
        words.append("too few processes for an interval")
    elif line["observations"] < least_observations(row):
        words.append(f"±{100 * line['precision']:.1f} % by too few processes")
    elif line["good"]:
        words.append(f"±{100 * line['precision']:.1f} %")
    else:
        words.append(f"±{100 * line['precision']:.1f} %, too noisy here for "
                     f"±{100 * row.wanted:.1f} %")
    value, half = line["ratio"], line["ratio_half"]
    if row.budget_ns:
        value, half = line["added_ns"], line["added_half"]
    if line["budget"] and half is not None:
        if value + half <= line["budget"]:
            words.append("within")
        elif value - half > line["budget"]:
            words.append("**over**")
        else:
            words.append("on both sides of the budget")
    return ", ".join(words)


def duration(nanoseconds):
    if abs(nanoseconds) < 100:
        return f"{nanoseconds:.1f} ns"
    if abs(nanoseconds) < 10_000:
        return f"{round(nanoseconds)} ns"
    return f"{nanoseconds / 1e6:.2f} ms" if abs(nanoseconds) > 1e6 else f"{nanoseconds / 1e3:.1f} µs"


def around(value, half, text):
    return text(value) if half is None else f"{text(value)} ± {text(half)}"


def times(ratio, half):
    if ratio > 2:
        return f"{ratio:.1f}×"
    return f"{ratio:.3f}×" if half is None else f"{ratio:.3f}× ± {half:.3f}"


def limit(row, line):
    if not line["budget"]:
        return "–"
    return f"≤ {row.budget:.3f}×" if row.budget else f"≤ {duration(row.budget_ns)}"


def markdown(document):
    by_key = {row.key: row for row in rows.ROWS}
    lines = [f"- {key}: {value}" for key, value in document["machine"].items()]
    lines += ["", "| what | with | alone | added | ratio | budget | told to |",
              "|---|---|---|---|---|---|---|"]
    for line in document["rows"]:
        row = by_key[line["key"]]
        per_part = row.divide != 1
        lines.append(
            f"| {line['title']} | {rows.TOOLS[line['tool']]} | "
            f"{'–' if per_part else duration(line['native_ns'])} | "
            f"{around(line['added_ns'], line['added_half'], duration)} | "
            f"{'–' if per_part else times(line['ratio'], line['ratio_half'])} | "
            f"{limit(row, line)} | {line['verdict']} |")
    for of, all_lines in ((f"With {scale.LIVE_ALLOCATIONS:,} live allocations:", scale.LINES),
                          ("Of a PyTorch training:", scale.TORCH_LINES)):
        measured = [f"| {title} | {text.format(document['scale'][key])} | {most} |"
                    for key, title, most, text in all_lines if key in document["scale"]]
        if measured:
            lines += ["", of, "", "| what | measured | budget |", "|---|---|---|", *measured]
    lines += [""] + [f"- {note}" for note in document["notes"]]
    return "\n".join(lines).rstrip() + "\n"


def tsv(document):
    lines = ["\t".join(COLUMNS)]
    for line in document["rows"]:
        lines.append("\t".join("" if line[column] is None else
                               f"{line[column]:.4f}" if isinstance(line[column], float) else
                               str(line[column]) for column in COLUMNS))
    lines += [f"{key}\t\t\t{value:.4f}" for key, value in document["scale"].items()]
    return "\n".join(lines) + "\n"
