"""What the main thread of a page does, from Chromium's own trace (over its DevTools protocol)."""

from collections import Counter, defaultdict
from typing import Any, NamedTuple

from playwright.sync_api import Browser, Page

Event = dict[str, Any]

CATEGORIES = ["devtools.timeline", "disabled-by-default-devtools.timeline", "v8"]
# By name, of what an event is part: what is inside of it counts for itself. All else of a task is "other".
KINDS = {
    "script": "FunctionCall EvaluateScript EventDispatch TimerFire FireAnimationFrame RunMicrotasks WebSocketReceive "
    "v8.callFunction v8.compile v8.run V8.DeserializeContext MinorGC MajorGC BlinkGC.AtomicPhase",
    "style": "UpdateLayoutTree RecalculateStyles",
    "layout": "Layout",
    "paint": "PrePaint Paint Layerize UpdateLayer UpdateLayerTree Commit CompositeLayers",
}
KIND_OF = {name: kind for kind, names in KINDS.items() for name in names.split()}
TASK, FRAME = "RunTask", "Commit"


class Cost(NamedTuple):
    """Milliseconds of processor time of the main thread, in all and by kind, and how often it made a frame; and what
    the page had counted as ``window.marks`` at the end."""

    busy: float
    kinds: dict[str, float]
    frames: int
    marks: int = 0


def traced(browser: Browser, page: Page, seconds: float) -> Cost:
    """What the busiest page of ``browser``, which is ``page``, costs for so long."""
    session = browser.new_browser_cdp_session()
    events: list[Event] = []
    ended: list[Event] = []
    session.on("Tracing.dataCollected", lambda data: events.extend(data["value"]))
    session.on("Tracing.tracingComplete", lambda data: ended.append(data))
    config = {"includedCategories": CATEGORIES, "excludedCategories": ["*"]}
    session.send("Tracing.start", {"transferMode": "ReportEvents", "traceConfig": config})
    page.wait_for_timeout(seconds * 1000)
    marks = page.evaluate("window.marks")
    session.send("Tracing.end")
    while not ended:
        page.wait_for_timeout(50)
    session.detach()
    return cost_of(events)._replace(marks=marks)


def cost_of(events: list[Event]) -> Cost:
    """Of the main thread that did most: its tasks, and in them what each kind took by itself."""
    mains = {
        (event["pid"], event["tid"])
        for event in events
        if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"
    }
    threads: dict[tuple[int, int], list[Event]] = defaultdict(list)
    for event in events:
        thread = event.get("pid", 0), event.get("tid", 0)
        if event["ph"] == "X" and thread in mains:
            threads[thread].append(event)
    return max(map(_cost_of_thread, threads.values()))


def _cost_of_thread(events: list[Event]) -> Cost:
    events.sort(key=lambda event: (event["ts"], -event["dur"]))
    kinds: Counter[str] = Counter()
    open_: list[tuple[float, str]] = []  # until when, and of which kind
    for event in events:
        while open_ and open_[-1][0] <= event["ts"]:
            open_.pop()
        took = event.get("tdur", event["dur"]) / 1000
        around = open_[-1][1] if open_ else ""
        if not around and event["name"] != TASK:
            continue
        kind = KIND_OF.get(event["name"], around or "other")
        if around:
            kinds[around] -= took
        kinds[kind] += took
        open_.append((event["ts"] + event["dur"], kind))
    return Cost(sum(kinds.values()), dict(kinds), sum(event["name"] == FRAME for event in events))
