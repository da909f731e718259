// ES2019, as Chrome 79 has it. The page on which a board is edited: what its buttons do is sent by htmx, and can be done by
// keys and by dragging, too. Each is one POST, as the buttons send it without this script.
(() => {
  const form = document.getElementById("edit-form"), panelForm = document.getElementById("panel-form");
  if (!form) return;
  const on = (name, act, options) => document.addEventListener(name, act, options);
  const tiles = () => Array.from(document.querySelectorAll(".tile"));
  const tileOf = (pk) => document.querySelector(`.tile[data-panel="${pk}"]`);
  const THRESHOLD = 5, EDGE = 60, SCROLL = 16; // pixels
  const COLUMNS = 12, MIN_WIDTH = 2, MAX_HEIGHT = 24;
  // Of the grid: a row, and the gap between two, in pixels.
  const sizes = () => {
    const style = getComputedStyle(document.querySelector(".editing"));
    return { gap: parseFloat(style.columnGap), row: parseFloat(/[\d.]+/.exec(style.gridAutoRows)) };
  };
  const isRightToLeft = () => getComputedStyle(form).direction === "rtl";

  const send = (values) => {
    // What a page that is live has shown is what is now: it need not say up to when it has seen the others' changes.
    document.getElementById("edit-status").textContent = ""; // its Undo is of what was before
    form.elements.known.disabled = document.documentElement.dataset.live === "live";
    // That no answer came is said by the page.
    return htmx.ajax("POST", location.pathname, { source: form, swap: "none", values }).catch(() => {});
  };
  on("click", (e) => {
    const button = e.target.closest("button[name=do]");
    if (!button || button.form !== form) return;
    e.preventDefault();
    send({ do: button.value });
  });
  // A click on a panel opens its form, as its handle does.
  on("click", (e) => {
    const tile = e.target.closest(".tile"), handle = tile && tile.querySelector(".handle");
    if (!tile || e.ctrlKey || e.metaKey || (e.target.closest("a, button, .corner") || handle) !== handle) return;
    e.preventDefault();
    htmx.ajax("GET", handle.href, { source: panelForm, target: panelForm });
  });

  // Keys, where the focus is on the tools of a panel; Undo, unless somebody is typing.
  const KEYS = { ArrowUp: "earlier", ArrowDown: "later", Delete: "delete", d: "duplicate" };
  const SHIFTED = { ArrowUp: "lower", ArrowDown: "taller" };
  const verbOf = (e) => {
    const sides = isRightToLeft() ? ["ArrowRight", "ArrowLeft"] : ["ArrowLeft", "ArrowRight"];
    const side = sides.indexOf(e.key);
    if (side >= 0) return (e.shiftKey ? ["narrower", "wider"] : ["earlier", "later"])[side];
    return (e.shiftKey ? SHIFTED : KEYS)[e.key];
  };
  on("keydown", (e) => {
    if (e.key === "Escape" && drag) return stop();
    const typing = e.target.closest("input, textarea, select, [contenteditable]");
    if ((e.ctrlKey || e.metaKey) && !e.shiftKey && e.key === "z" && !typing) {
      e.preventDefault();
      return send({ do: "undo 0" });
    }
    const tools = e.target.closest(".tile-tools"), verb = tools && verbOf(e);
    if (!verb || e.ctrlKey || e.metaKey || e.altKey) return;
    e.preventDefault();
    send({ do: `${verb} ${tools.closest(".tile").dataset.panel}` });
  });

  // Dragging, by mouse, pen and touch: a panel by its handle, its size by its corner.
  let drag = null, dragged = false;
  on("pointerdown", (e) => {
    const grip = e.button === 0 && e.isPrimary && e.target.closest(".handle, .corner");
    dragged = false;
    if (!grip) return;
    const tile = grip.closest(".tile"), [width, height] = tile.dataset.size.split(" ").map(Number);
    grip.setPointerCapture(e.pointerId);
    drag = { tile, grip, x: e.clientX, y: e.clientY, scroll: scrollY, width, height, classes: tile.className };
    drag.resizes = grip.matches(".corner");
  });
  on("pointermove", (e) => {
    if (!drag || (!dragged && Math.hypot(e.clientX - drag.x, e.clientY - drag.y) < THRESHOLD)) return;
    dragged = true;
    drag.tile.classList.add(drag.resizes ? "resized" : "dragged");
    if (e.clientY < EDGE) scrollBy(0, -SCROLL);
    else if (e.clientY > innerHeight - EDGE) scrollBy(0, SCROLL);
    (drag.resizes ? resize : move)(e);
  });
  const move = (e) => {
    drag.tile.style.transform = `translate(${e.clientX - drag.x}px, ${e.clientY - drag.y + scrollY - drag.scroll}px)`;
    const over = tiles().find((tile) => {
      const box = tile.getBoundingClientRect(), half = sizes().gap / 2;
      const across = e.clientX >= box.left - half && e.clientX <= box.right + half;
      return tile !== drag.tile && across && e.clientY >= box.top - half && e.clientY <= box.bottom + half;
    });
    if (!over) return;
    const box = over.getBoundingClientRect(), isWide = box.width > over.parentElement.clientWidth * 0.7;
    const part = isWide ? (e.clientY - box.top) / box.height : (e.clientX - box.left) / box.width;
    const isAfter = isWide || !isRightToLeft() ? part > 0.5 : part < 0.5;
    for (const tile of tiles()) tile.removeAttribute("data-drop");
    over.dataset.drop = `${isAfter ? "after" : "before"}${isWide ? " below" : ""}`;
    const others = tiles().filter((tile) => tile !== drag.tile), at = others.indexOf(over);
    const previous = isAfter ? over : others[at - 1];
    drag.values = { do: `move ${drag.tile.dataset.panel}`, after: previous ? previous.dataset.panel : 0 };
  };
  const within = (value, low, high) => Math.min(Math.max(value, low), high);
  const resize = (e) => {
    const { tile, width, height } = drag, { gap, row } = sizes(), box = tile.getBoundingClientRect(), grid = tile.parentElement;
    const column = (grid.clientWidth + gap) / COLUMNS, room = isRightToLeft() ? box.right - e.clientX : e.clientX - box.left;
    // On a narrow page panels are as wide as it makes them.
    const isNarrow = matchMedia("(max-width: 1000px)").matches;
    const columns = isNarrow ? width : within(Math.round((room + gap) / column), MIN_WIDTH, COLUMNS);
    const rows = within(Math.round((e.clientY - box.top + gap) / (row + gap)), 1, MAX_HEIGHT);
    tile.className = `${drag.classes.replace(/\bw\d+ h\d+/, `w${columns} h${rows}`)} resized`;
    drag.grip.dataset.size = `${columns} × ${rows}`;
    const size = { width: columns, height: rows, was_width: width, was_height: height };
    drag.values = columns === width && rows === height ? null : { do: `resize ${tile.dataset.panel}`, ...size };
  };
  const reset = ({ tile, grip, classes }) => {
    tile.className = classes;
    tile.style.transform = "";
    grip.removeAttribute("data-size");
    for (const one of tiles()) one.removeAttribute("data-drop");
  };
  // Left as it was; what others have done meanwhile is asked for.
  const stop = () => {
    const ended = drag;
    drag = null;
    reset(ended);
    if (dragged) document.dispatchEvent(new Event("visibilitychange"));
  };
  on("pointercancel", () => drag && stop());
  on("pointerup", () => {
    if (!drag) return;
    if (!drag.values) return stop();
    const ended = drag;
    drag = null;
    // The response replaces the panels; where none came they are as before.
    send(ended.values).then(() => reset(ended));
  });
  // What ends a drag is no click.
  on("click", (e) => {
    if (!dragged || !e.target.closest(".tile")) return;
    dragged = false;
    e.preventDefault();
    e.stopPropagation();
  }, true);

  // The panel whose form is open is in hand. While somebody drags, nothing moves under their hand. And whoever is on a
  // button of a panel is on the same one after a swap, wherever the panel is now.
  let focused = null, hand = null;
  const mark = () => {
    const open = panelForm.children.length ? hand : null; // it may be on its way
    for (const tile of tiles()) tile.toggleAttribute("data-hand", tile.dataset.panel === open);
  };
  const nameOf = (stop) => (stop.value || "").split(" ")[0];
  const stopsOf = (tile) => Array.from(tile.querySelectorAll(".tile-tools a, .tile-tools button"));
  on("htmx:oobBeforeSwap", (e) => {
    if (!e.detail.target.matches(".editing")) return;
    if (drag) return e.preventDefault();
    const stop = document.activeElement, tools = stop.closest(".tile-tools");
    if (!tools) return;
    const all = tiles(), at = all.indexOf(tools.closest(".tile"));
    // Where the panel is gone: the next one, or the one before.
    focused = { name: nameOf(stop), panels: [at, at + 1, at - 1].map((i) => all[i] && all[i].dataset.panel) };
  });
  on("htmx:oobAfterSwap", (e) => {
    if (!e.detail.target.matches(".editing")) return;
    mark();
    const tile = focused && focused.panels.map((pk) => tileOf(pk)).find(Boolean);
    if (tile) {
      const stops = stopsOf(tile);
      (stops.find((stop) => nameOf(stop) === focused.name) || stops[0]).focus({ preventScroll: true });
      tile.scrollIntoView({ block: "nearest" });
    }
    focused = null;
  });
  on("htmx:beforeRequest", (e) => {
    const own = e.detail.target === panelForm && /\/panels\/(\d+)\/edit$/.exec(e.detail.requestConfig.path);
    if (e.detail.target === panelForm) hand = own ? own[1] : null;
  });
  on("htmx:afterSwap", (e) => {
    if (e.detail.target !== panelForm) return;
    mark();
    // The form covers the lower part of a narrow page: its panel is seen above it.
    const tile = matchMedia("(max-width: 1000px)").matches && tileOf(hand);
    if (tile) tile.scrollIntoView({ block: "start" });
  });
})();
