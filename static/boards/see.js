// What a page does for whoever reads its charts: one crosshair across all that are over time, zoom by dragging over one, the
// finder, and keys. At rest it costs nothing: there are listeners, one for each kind of event, and no timers; without it
// the page is whole. ES2019, as Chrome 79 has it.
(() => {
  const CHART = ".chart-body[data-time]", COLUMN = `${CHART} .chart-tooltip td`;
  // A range that is shorter is refused; a pointer that moves less is a click.
  const MIN_SECONDS = 60, MIN_PIXELS = 8;
  const on = (name, act) => document.addEventListener(name, act, { passive: true });
  const within = (node, selector) => (node && node.closest ? node.closest(selector) : null);
  const tooltipOf = (column) => within(column, ".chart-tooltip");
  const edgesOf = (chart) => chart.dataset.time.split("/").map(Number);

  // The crosshair: the column that is pointed at, or else has the focus, says the moment; those of the other charts that
  // show the same moment are marked, and open as if they were pointed at.
  let pointed = null, source = null, moment = null, frame = 0;
  const momentOf = (column) => {
    const [from, to] = edgesOf(within(column, CHART)), all = tooltipOf(column).getBoundingClientRect();
    const box = column.getBoundingClientRect(), isSample = column.hasAttribute("width");
    // The first and the last sample of a line lie on the edges.
    if (isSample && !column.previousElementSibling) return from;
    if (isSample && !column.nextElementSibling) return to;
    return from + (to - from) * ((box.left + box.width / 2 - all.left) / all.width);
  };
  const columnAt = (chart) => {
    const columns = Array.from(chart.querySelectorAll(".chart-tooltip td")), box = chart.getBoundingClientRect();
    const isNear = box.bottom > 0 && box.top < innerHeight;
    if (!columns.length || !isNear || chart.contains(source)) return undefined;
    const [from, to] = edgesOf(chart), about = (to - from) / columns.length;
    // Charts of the same range end where their newest samples are, which is not quite the same moment.
    if (moment < from - about || moment > to + about) return undefined;
    const all = tooltipOf(columns[0]).getBoundingClientRect();
    const x = all.left + all.width * Math.min(Math.max((moment - from) / (to - from), 0), 1);
    return columns.find((column) => column.getBoundingClientRect().right >= x - 0.01) || columns[columns.length - 1];
  };
  const mark = () => {
    frame = 0;
    const columns = moment === null ? [] : Array.from(document.querySelectorAll(CHART), columnAt).filter(Boolean);
    const marks = new Set([...columns, ...columns.map((column) => within(column, CHART))]);
    for (const old of document.querySelectorAll("[data-at]")) if (!marks.has(old)) old.removeAttribute("data-at");
    for (const node of marks) node.setAttribute("data-at", "");
  };
  const point = () => {
    const column = pointed || within(document.activeElement, COLUMN);
    if (column === source) return;
    [source, moment] = [column, column && momentOf(column)];
    mark();
  };
  const pointAt = (node) => {
    pointed = within(node, COLUMN);
    point();
  };
  on("mouseover", (e) => pointAt(e.target));
  on("mouseout", (e) => e.relatedTarget || pointAt(null));
  on("focusin", point);
  on("focusout", point);
  // What was swapped in has no marks yet; of all that comes at once they are made once.
  on("htmx:oobAfterSwap", () => {
    if (moment !== null && !frame) frame = requestAnimationFrame(mark);
  });

  // Zoom: dragging over a chart selects a stretch of time, to which the board's range bar could lead.
  let drag = null;
  const stop = () => {
    if (drag.shade) drag.shade.remove();
    drag = null;
    for (const [name, act] of dragging) document.removeEventListener(name, act);
  };
  const move = (e) => {
    if (e.pointerId !== drag.pointer) return;
    drag.end = Math.min(Math.max(e.pageX, drag.left), drag.left + drag.width);
    if (!drag.shade && Math.abs(drag.end - drag.begin) < MIN_PIXELS) return;
    if (!drag.shade) {
      drag.shade = document.createElement("div");
      drag.shade.className = "see-selection";
      document.body.append(drag.shade);
    }
    const [left, right] = [drag.begin, drag.end].sort((a, b) => a - b);
    const box = { left, width: right - left, top: drag.top, height: drag.height };
    for (const name of Object.keys(box)) drag.shade.style[name] = `${box[name]}px`;
  };
  const drop = (e) => {
    if (e.pointerId !== drag.pointer) return;
    const { shade, begin, end, left, width, edges: [from, to] } = drag;
    stop();
    if (!shade || Math.abs(end - begin) < MIN_PIXELS) return;
    const [first, last] = [begin, end].sort((a, b) => a - b).map((x) => from + ((to - from) * (x - left)) / width);
    const middle = (first + last) / 2, half = Math.max(last - first, MIN_SECONDS) / 2, address = new URL(location.href);
    for (const name of ["range", "at"]) address.searchParams.delete(name);
    const text = (seconds) => new Date(seconds * 1000).toISOString().replace(/\.\d+/, "");
    address.searchParams.set("from", text(Math.floor(middle - half)));
    address.searchParams.set("to", text(Math.ceil(middle + half)));
    location.assign(address.href);
  };
  const dragging = [["pointermove", move], ["pointerup", drop], ["pointercancel", (e) => e.pointerId === drag.pointer && stop()]];
  on("pointerdown", (e) => {
    const column = within(e.target, COLUMN), isPlain = !(e.ctrlKey || e.metaKey || e.altKey || e.shiftKey);
    if (!column || drag || !e.isPrimary || e.button || !isPlain || !document.querySelector(".ranges")) return;
    const box = tooltipOf(column).getBoundingClientRect(), { width, height } = box;
    const [left, top] = [box.left + scrollX, box.top + scrollY];
    const edges = edgesOf(within(column, CHART));
    drag = { pointer: e.pointerId, begin: e.pageX, end: e.pageX, left, top, width, height, edges };
    for (const [name, act] of dragging) on(name, act);
  });

  // Dialogs: what has data-opens is a link to a page, or a button, that opens one here; a click beside one closes it.
  const finder = document.getElementById("finder"), field = finder && finder.querySelector("[role=combobox]");
  document.addEventListener("click", (e) => {
    if (within(e.target, "dialog.sheet") === e.target) e.target.close();
    const opener = within(e.target, "[data-opens]"), dialog = opener && document.getElementById(opener.dataset.opens);
    const isPlain = !(e.ctrlKey || e.metaKey || e.shiftKey || e.altKey);
    if (!dialog || !dialog.showModal || !isPlain || (dialog === finder && !window.htmx)) return;
    e.preventDefault();
    const other = document.querySelector("dialog.sheet[open]");
    if (other) other.close();
    dialog.showModal();
    if (dialog !== finder) return;
    field.select();
    htmx.trigger(field, "find");
  });

  // The finder: what the arrows choose, Enter opens. Its requests are not the page's, which would compare itself after each.
  const options = () => Array.from(finder.querySelectorAll("[role=option]"));
  const choose = (chosen) => {
    for (const option of options()) option.setAttribute("aria-selected", option === chosen);
    field.setAttribute("aria-expanded", Boolean(chosen));
    if (!chosen) return field.removeAttribute("aria-activedescendant");
    field.setAttribute("aria-activedescendant", chosen.id);
    chosen.scrollIntoView({ block: "nearest" });
  };
  const chosen = () => options().find((option) => option.id === field.getAttribute("aria-activedescendant"));
  if (finder) {
    finder.addEventListener("htmx:afterSwap", () => choose(options()[0]));
    for (const name of ["beforeRequest", "afterRequest", "responseError", "sendError"])
      finder.addEventListener(`htmx:${name}`, (e) => {
        e.stopPropagation();
        if (name.endsWith("Error")) document.getElementById("finder-status").textContent = field.dataset.failed;
      });
    field.addEventListener("keydown", (e) => {
      const all = options(), step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
      if (e.isComposing || !all.length || !(step || (e.key === "Enter" && chosen()))) return;
      e.preventDefault();
      if (step) choose(all[(all.indexOf(chosen()) + step + all.length) % all.length]);
      else chosen().click();
    });
  }

  // Keys: what has data-key is clicked by it. They can be turned off: whoever speaks to the browser types by accident.
  const stored = (act) => {
    try {
      return act(localStorage);
    } catch {
      return null; // the browser keeps nothing for this page
    }
  };
  const toggle = document.getElementById("keys-act");
  if (toggle) {
    toggle.checked = !stored((storage) => storage.getItem("keys-off"));
    toggle.onchange = () => stored((storage) => toggle.checked ? storage.removeItem("keys-off") : storage.setItem("keys-off", 1));
  }
  const pathOf = (address) => address.split(/[?#]/)[0];
  document.addEventListener("keydown", (e) => {
    if (drag && e.key === "Escape") return stop();
    const isPlain = !(e.ctrlKey || e.altKey) || e.getModifierState("AltGraph");
    if (e.defaultPrevented || e.repeat || e.isComposing || e.metaKey || !isPlain || (toggle && !toggle.checked)) return;
    // The field of a dialog that was closed just now may still have the focus.
    const typed = within(e.target, "input, textarea, select, [contenteditable]"), isGone = within(typed, "dialog:not([open])");
    if ((typed && !isGone) || document.querySelector("dialog[open]")) return;
    if (e.key === "Backspace") {
      // To the range before, and not to another page.
      if (pathOf(document.referrer) === pathOf(location.href)) history.back();
      return;
    }
    const target = document.querySelector(`[data-key="${CSS.escape(e.key)}"]`);
    if (!target) return;
    e.preventDefault();
    target.click();
  });
})();
