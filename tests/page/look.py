"""Opens the pages that page.sh made in a browser and looks at them. Prints TAP without a plan.

usage: look.py FOLDER [FOLDER-FOR-PICTURES]
"""

import os
import sys

from browser import Browser

folder = os.path.abspath(sys.argv[1])
pictures = sys.argv[2] if len(sys.argv) > 2 else None
browser = Browser()
state = {"number": int(os.environ.get("CHECKS", "0")), "failures": 0, "title": ""}


def check(what, seen, wanted=True):
    state["number"] += 1
    good = seen == wanted if wanted is not True else bool(seen)
    print(f"{'ok' if good else 'not ok'} {state['number']} - {state['title']}: {what}")
    if not good:
        state["failures"] += 1
        print(f"#   seen: {str(seen)[:400]!r}\n#   wanted: {str(wanted)[:400]!r}")


def page(name, title):
    """Opens a page; what every page must be."""
    state["title"] = title
    seconds = browser.open(os.path.join(folder, name))
    check("is shown", browser.run("return document.documentElement.dataset.ready"), "true")
    return seconds


def quiet():
    """After all that was done with a page."""
    check("no error on the console", [row["message"] for row in browser.logs("browser") if row["level"] in ("SEVERE", "WARNING")], [])
    check("no request but for the file itself", [url for url in browser.requests() if not url.startswith("file://")], [])


def text(selector):
    return browser.run("const at = document.querySelector(arguments[0]); return at ? at.textContent : null", selector)


def count(selector):
    return browser.run("return document.querySelectorAll(arguments[0]).length", selector)


def click(selector):
    return browser.run("const at = document.querySelector(arguments[0]); if (at) at.dispatchEvent(new MouseEvent('click', {bubbles: true})); "
                       "return Boolean(at)", selector)


def picture(name, width, height, dark):
    if pictures:
        import base64
        browser.size(width, height)
        browser.dark(dark)
        browser.run("window.scrollTo(0, 0)")
        with open(os.path.join(pictures, name), "wb") as out:
            out.write(base64.b64decode(browser.call("/screenshot", method="GET")))
        browser.size(1280, 900)
        browser.dark(False)


def frames():
    """Names of the frames of the graph."""
    return browser.run("return [...document.querySelectorAll('#chart g.frame')].map((g) => g.getAttribute('name'))")


def rows():
    return browser.run("return [...document.querySelectorAll('#memory .sites tbody tr.row .function')].map((at) => at.textContent)")


def report():
    page("report.html", "a report")
    picture("desktop-light.png", 1280, 1500, False)
    picture("desktop-dark.png", 1280, 1500, True)
    picture("phone-dark.png", 390, 1500, True)
    check("the verdict", text(".verdict").startswith("1 leak, 512.0 MiB of device memory in 8 allocations") or text(".verdict"), True)
    check("the peak's number", "1.5 GiB" in text(".tiles-row"))
    check("nobody looked at its end, so that all was seen is not said", "not known" in text(".tiles-row") and "everything" not in text(".tiles-row"))
    check("the finding with its stack, Python's frames in it", "KvCache.grow" in text(".finding .body .stack"))
    check("with the line of the source", text(".finding .excerpt .here"), "6        self.blocks.append(torch.empty(size))\n")
    check("leaks are shown first", browser.run("return document.querySelector('[aria-label=Measure] [aria-pressed=true]').dataset.value"), "leak")
    graph()
    table()
    keyboard()
    schemes()
    phone()
    paper()
    quiet()


def graph():
    check("the icicle has the callers on top", frames()[:4], ["all", "<module>", "Model.step", "KvCache.grow"])
    click("[aria-label=Measure] [data-value=all]")
    check("another measure, other frames", "Model.batch" in frames() and "Model.load" in frames())
    top = "return document.querySelector('#chart g.frame[name=\"<module>\"]').getBoundingClientRect().top"
    icicle = browser.run(top)
    click("[aria-label=View] [data-value=flame]")
    check("a flame graph has them below", browser.run(top) > icicle)
    click("[aria-label=Direction] [data-value=allocation]")
    check("inverted: what allocates comes first", frames()[1].startswith("libtorch_cuda.so"))
    click("[aria-label=Direction] [data-value=main]")
    wide = "const at = document.querySelector('#chart g.frame[name=\"Model.load\"] rect'); return at ? Number(at.getAttribute('width')) : 0"
    before = browser.run(wide)
    click('#chart g.frame[name="Model.load"]')
    check("a click zooms in", browser.wait(f"return (() => {{ {wide} }})() > 1000"), True)
    check("and shows the lines", "weights" in (text(".picked .here") or ""))
    browser.keys("\ue00c")
    check("Escape zooms out", browser.wait(f"return (() => {{ {wide} }})() === {before}"))
    click("[aria-label=Unit] [data-value=count]")
    check("by count", text("#memory .detail").startswith("Allocated in all: 44 allocations") or text("#memory .detail"), True)
    click("[aria-label=Unit] [data-value=bytes]")
    click("[aria-label=View] [data-value=treemap]")
    check("a treemap has a tile for each call site", count("#chart .tiles .tile"), 3)
    click("#chart .tiles .tile")
    check("a click opens the call site in the table", count("#memory tr.opened"), 1)
    click("[aria-label=View] [data-value=icicle]")


def table():
    check("the table has all call sites, the largest first", rows()[0] in ("Model.load", "Model.batch") and len(rows()), 3)
    click("#memory th[data-column=leak] button")
    check("sorted by another column", rows()[0], "KvCache.grow")
    check("which says so", browser.run("return document.querySelector('#memory th[data-column=leak]').getAttribute('aria-sort')"), "descending")
    click("#memory th[data-column=leak] button")
    check("and the other way round", rows()[-1], "KvCache.grow")
    click("#memory tbody tr.row")
    check("a row opens: its stack", count("#memory tr.opened .stack li") >= 2)
    click("#memory tbody tr.row")
    check("and closes", count("#memory tr.opened"), 0)
    browser.keys("/kvcache")
    check("a search leaves what has it", browser.wait("return document.querySelectorAll('#memory tbody tr.row').length === 1"), True)
    check("and marks it in the graph", browser.run(
        "const of = (name) => document.querySelector(`#chart g.frame[name='${name}'] rect`).getAttribute('fill'); return of('KvCache.grow') !== of('Model.step')"))
    browser.keys("\ue00c")
    check("Escape ends it", len(rows()), 3)


def keyboard():
    browser.keys("1")
    check("a key chooses the measure", browser.run("return document.querySelector('[aria-label=Measure] [aria-pressed=true]').dataset.value"), "peak")
    browser.run("document.querySelector('#chart g.frame').focus()")
    browser.keys("\ue015\ue015")
    check("arrows go through the graph", browser.run("return document.activeElement.getAttribute('name')") not in (None, "all"))
    check("frames have names for who cannot see them", "iB, " in (browser.run("return document.activeElement.getAttribute('aria-label')") or ""))
    browser.keys("?")
    check("? lists the keys", browser.run("return document.querySelector('dialog').open"))
    browser.keys("\ue00c")


def schemes():
    paper_is = "return getComputedStyle(document.body).backgroundColor"
    light = browser.run(paper_is)
    browser.dark(True)
    dark = browser.run(paper_is)
    check("the dark page is dark", dark != light and sum(map(int, dark[4:-1].split(","))) < 150)
    browser.dark(False)
    click("#theme"), click("#theme")
    check("by its button too", browser.run(paper_is), dark)
    click("#theme")
    check("and back", browser.run(paper_is), light)


def phone():
    browser.size(390, 844)
    check("nothing is wider than a phone", browser.wait("return document.documentElement.scrollWidth <= 390"))
    check("the graph fits", browser.wait("return document.querySelector('#chart svg').getBoundingClientRect().right <= 390"))
    browser.size(1280, 900)


def paper():
    pdf = browser.devtools("Page.printToPDF", printBackground=True)
    check("it can be printed", len(pdf["data"]) > 10000)


def diff():
    page("diff.html", "a comparison")
    picture("diff-light.png", 1280, 1300, False)
    check("what grew", "KvCache.grow" in text("#changes table") and "grown" in text("#changes table"))
    check("what is gone", "gone" in text("#changes table"))
    check("the peaks beside one another", "1.5 GiB" in text(".tiles-row"))
    check("two graphs", count("#sidebyside svg"), 2)
    click("#changes tbody tr.row")
    check("a change has its stack", count("#changes tr.opened .stack li") >= 2)
    click("#changes [data-value=findings]")
    check("findings alone", browser.run("return [...document.querySelectorAll('#changes .c-class')].every((at) => at.textContent !== 'at the peak')"))
    browser.keys("/nothing has this")
    check("a search that finds nothing says so", browser.wait("return document.querySelector('#changes .nothing')") is not None)
    quiet()


def part():
    page("part.html", "a comparison with a part of a run")
    check("what is not there is unsure", "unsure" in text("#changes table") and "gone" not in text("#changes table"))
    check("why is said", "Not all of it was seen" in text("#overview"))
    check("growth is growth", "grown" in text("#changes table"))
    quiet()


def hostile():
    page("hostile.html", "hostile names")
    check("no name became an element", count("img, main script, body > script:not(#data):not(:last-of-type)"), 0)
    check("nor ran", "owned" not in browser.run("return document.title.replace(/^.*vramtrack$/, '')"))
    check("the name is there as text", "<script>document.title='owned'</script>" in (text(".finding .stack") or ""))
    check("no control character or direction mark is shown",
          browser.run("return /[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u202a-\\u202e\\u2066-\\u2069]/.test(document.body.innerText)"), False)
    for view in ("flame", "treemap", "icicle"):
        click(f"[aria-label=View] [data-value={view}]")
    click("#memory tbody tr.row")
    browser.run("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    check("a name of 10 KiB does not widen the page", browser.run("return document.documentElement.scrollWidth <= innerWidth"))
    check("still no element of a name", count("img, main script"), 0)
    quiet()


def many():
    seconds = page("many.html", "12 000 call sites")
    check(f"open within 5 s ({seconds:.1f} s)", seconds < 5)
    check("the rest is summed up", rows()[0], "2,000 more call sites")
    check("all bytes are in the graph", text("#memory .detail").startswith("Leaked: 25,165,824,000 bytes") or text("#memory .detail"), True)
    check("of which a bounded part is drawn", 10 < count("#chart g.frame") < 5000)
    check("a hundred rows at first", len(rows()), 100)
    click("#memory .tablefoot .more")
    check("and more on demand", len(rows()), 200)
    quiet()


def others():
    page("empty.html", "an empty recording")
    check("says that nothing leaked", "nothing" in text(".verdict"))
    quiet()
    page("ranks.html", "ranks")
    check("a row for each", count("#ranks tbody tr"), 3)
    quiet()
    page("half.html", "ranks of which a recording cannot be read")
    check("that is said", "1 recording could not be read" in text("#ranks"))
    page("unread.html", "a report of which a recording cannot be read")
    check("nor is everything seen", "not everything" in text(".tiles-row") and "1 not readable" in text(".tiles-row"))
    quiet()
    page("gate.html", "a gate")
    check("its verdict", "findings" in text("#gate"))
    check("what was held over time is drawn", count("#time canvas"), 1)
    check("by its call sites", "first_allocation" in text("#time .series") or "all others" in text("#time .series"))
    click("#time [data-value=kind]")
    check("or by kinds of memory", text("#time .series") is not None)
    quiet()
    page("torn.html", "a torn recording")
    quiet()


def examples():
    """The programs that the README names, each found as its owner would find it."""
    with open(os.path.join(folder, "examples"), encoding="ascii") as rows:
        wanted = [row.rstrip("\n").split("|") for row in rows]
    for name, heading, called, place in wanted:
        page(f"example-{name}.html", f"the leak of {name}")
        check("is the first finding", text(".finding summary").startswith(heading) or text(".finding summary"))
        check("with what the program called", text(".finding summary code"), called)
        check("and the line to mend, in its stack", place in [
            at for at in browser.run("return [...document.querySelectorAll('.finding:first-child .stack .place')].map((at) => at.textContent)")])
        check("its source beside it", count(".finding:first-child .excerpt .here"), 1)
        globals().get(name, lambda: None)()
        quiet()


def leaky_service():
    check("the graph has no frames of the interpreter", [each for each in frames() if each.startswith("_PyEval")], [])
    check("but those of the program", frames()[1:4], ["<module>", "main", "Service.open"])
    click("[aria-label=Frames] [data-value=all]")
    check("all frames on demand", "_PyEval_EvalFrameDefault" in frames() or frames())


def growing_server():
    check("what grows has an area of its own", "called by AnswerCache::remember" in text("#time .series"))
    check("call sites of one line are told apart", "called by Server::Server" in text("#memory .sites"))


try:
    for each in (report, diff, part, hostile, many, others, examples):
        each()
finally:
    browser.close()
with open(os.path.join(folder, "checks"), "w", encoding="ascii") as out:
    out.write(f"{state['number']} {state['failures']}\n")
