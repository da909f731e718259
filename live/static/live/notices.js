// Notices: what neither CSS nor htmx can do. Each comes once to a page and is replaced in place; how long it stays; no more
// than three are stacked; the focus is not lost; none covers what is to be pressed.
// The page is what there is to know: all of this may run at any time, and again. ES2019, as Chrome 79 has it.
(() => {
  const on = (name, act, options) => document.addEventListener(name, act, options);
  const region = () => document.getElementById("live-notices");
  const arrived = new WeakMap(); // a number for each element: the newest are shown
  // The revision of each notice that came to this page; Infinity once it was dismissed. The last thousand: an older one
  // is behind the page's cursor, and comes no more.
  const had = new Map(), MAX_HAD = 1000;
  const have = (name, revision) => {
    had.delete(name); // to be the last
    had.set(name, revision);
    if (had.size > MAX_HAD) had.delete(had.keys().next().value);
  };
  const all = () => [...region().querySelectorAll(".live-notice")].sort((a, b) => arrived.get(a) - arrived.get(b));
  const newest = () => all().pop();
  // Of a selector that this browser may be too old for: then, no.
  const has = (where, selector) => {
    try {
      return where.querySelector(selector) !== null;
    } catch {
      return false;
    }
  };
  const runs = (item) => "running" in item.dataset;
  const named = (item) => (item.dataset.notice || "").split("."); // its name and its revision
  let count = 0, before = null; // before: what had the focus before somebody brought it into the region
  const focus = (element) => {
    const was = before;
    element.focus({ preventScroll: true });
    before = was;
  };

  const animations = (item) => (item.getAnimations ? item.getAnimations() : []); // Chrome 84: before, it is not renewed
  const restart = (item) => {
    for (const each of animations(item)) if (each.animationName === "live-notice-life") each.currentTime = 0;
  };

  // CSS counts the time down, pauses it and says when it is over (animationend). Errors stay, and so does what runs; on a
  // screen where nobody dismisses anything, which has data-unattended on <html>, errors stay for half a minute.
  const time = (item) => {
    const { sticky, expires, now } = item.dataset;
    const text = (item.querySelector(".live-notice-body") || item).textContent.trim();
    const most = "unattended" in document.documentElement.dataset && !runs(item) ? 30000 : 0;
    const life = expires ? (expires - now) * 1000 : sticky === undefined ? 5000 + 50 * text.length : most;
    item.style.setProperty("--live-life", `${life}ms`);
    item.toggleAttribute("data-life", life > 0);
    restart(item);
  };

  // A newer revision: the words are replaced and the buttons stay, with a press or the focus that is on one. A screen
  // reader does not announce each step of what runs.
  const update = (old, item) => {
    const focused = old.contains(document.activeElement), words = ":scope > :not(button)";
    if (runs(item)) old.setAttribute("aria-live", "off");
    else old.removeAttribute("aria-live");
    for (const name of ["class", "data-notice", "data-running", "data-sticky", "data-now", "data-expires"]) {
      if (item.hasAttribute(name)) old.setAttribute(name, item.getAttribute(name));
      else old.removeAttribute(name);
    }
    for (const each of old.querySelectorAll(words)) each.remove();
    const cancel = old.querySelector(".live-notice-cancel");
    if (cancel && !item.querySelector(".live-notice-cancel")) cancel.remove();
    old.prepend(...item.querySelectorAll(words));
    if (focused && !old.contains(document.activeElement)) focus(old.querySelector(".live-notice-dismiss"));
    time(old);
  };

  // What came, over the socket or with the response to a request, or both.
  const take = (item, into) => {
    const [name, revision] = named(item);
    if (name && had.get(name) >= revision) return;
    have(name, +revision);
    item.classList.add("live-notice"); // also where the server could not make one
    const old = document.getElementById(item.id);
    // The end of what ran is news, and is announced as such.
    if (old && old.parentNode === into && (runs(item) || !runs(old))) return update(old, item);
    const focused = old && old.contains(document.activeElement);
    if (old) old.remove();
    htmx.process(into.appendChild(item));
    if (focused) focus(item.querySelector(".live-notice-dismiss"));
  };

  // The focus of the keyboard goes on to the next notice, another goes back to where it was.
  const remove = (item) => {
    const focused = item.contains(document.activeElement), keyboard = has(item, ":focus-visible");
    item.remove();
    arrange();
    if (!focused) return;
    const next = keyboard && newest() && newest().querySelector(".live-notice-dismiss");
    focus(next || (before && before.isConnected ? before : region()));
    if (document.activeElement === document.body) focus(region());
  };
  // Somebody did not want to see it: nor do they any newer revision. After its time alone, one comes again.
  const dismiss = (item) => {
    have(named(item)[0], Infinity);
    remove(item);
  };

  // At most three, the newest. The others stay where a screen reader finds them, and their time stands still.
  const arrange = () => {
    const here = region(), more = document.getElementById("live-notices-more");
    for (const item of here.querySelectorAll(".live-notice")) {
      if (arrived.has(item)) continue;
      const [name, revision] = named(item);
      arrived.set(item, count++);
      if (name && !had.has(name)) have(name, +revision);
      time(item);
    }
    // A screen on a wall, where nobody dismisses anything, keeps the last few.
    for (const old of all().slice(0, -50)) old.remove();
    const items = all(), surplus = Math.max(0, items.length - 3);
    if (!surplus) delete here.dataset.all;
    if (!surplus && more === document.activeElement) focus(here);
    const open = "all" in here.dataset;
    items.forEach((item, i) => item.toggleAttribute("data-surplus", i < surplus && !open));
    more.hidden = !surplus;
    more.setAttribute("aria-expanded", open);
    more.textContent = open ? more.dataset.fewer : more.dataset.more.replace("{count}", surplus);
    here.toggleAttribute("data-paused", document.hidden);
    if (items.length) position(here);
    else delete here.dataset.at;
  };

  // In the first corner where they are over nothing that is to be pressed, and there as long as it is so; if there is
  // none, half way up, as on a phone with buttons at both ends; if that is not free either, in the page's flow.
  const isSeen = (each) => !each.checkVisibility || each.checkVisibility(); // in a closed <details> there are boxes, too
  const position = (here) => {
    const press = "button:not([type=button]):not([type=reset]), input[type=submit], input[type=image]";
    const focused = "a:focus, input:focus, select:focus";
    const boxes = [...document.querySelectorAll(`${press}, #live-message:not(:empty), ${focused}`)]
      .filter((each) => !here.contains(each) && isSeen(each)).map((each) => each.getBoundingClientRect()).filter((box) => box.width);
    const free = (at) => {
      here.dataset.at = at;
      const { left, right, top, bottom } = here.getBoundingClientRect(), gap = 8;
      const over = (box) =>
        box.left < right + gap && box.right > left - gap && box.top < bottom + gap && box.bottom > top - gap;
      return at === "flow" || !boxes.some(over);
    };
    [here.dataset.at || "end end", "end end", "start end", "end start", "start start", "middle end", "flow"].find(free);
  };

  let soon;
  const look = () => {
    soon = soon || requestAnimationFrame(() => {
      soon = null;
      if (region()) arrange();
    });
  };

  on("htmx:configRequest", (e) => {
    const swapped = e.detail.elt.closest("[hx-swap]"), swap = swapped ? swapped.getAttribute("hx-swap") : "";
    if (region() && !swap.trim().startsWith("textContent")) e.detail.headers["Live-Notices"] = "1"; // else: put in as words
  });
  on("htmx:oobBeforeSwap", (e) => {
    const { target, fragment } = e.detail;
    if (!target.matches("#live-notices-status, #live-notices-alert, #live-dismissals")) return;
    e.detail.shouldSwap = false;
    for (const each of [...fragment.children]) {
      const put = each.dataset.dismiss, item = put && document.getElementById(put);
      if (!put) take(each, target);
      else have(put.replace("notice-", ""), Infinity);
      if (item) remove(item);
    }
    arrange();
  });
  for (const each of ["htmx:afterSettle", "htmx:oobAfterSwap"]) on(each, look);
  on("animationend", (e) => (e.animationName === "live-notice-life" ? remove(e.target) : look()));
  on("click", (e) => {
    const button = e.target.closest && e.target.closest("#live-notices button");
    if (button && button.matches(".live-notice-dismiss")) dismiss(button.closest(".live-notice"));
    if (!button || button.id !== "live-notices-more") return;
    region().toggleAttribute("data-all");
    arrange();
  });
  on("keydown", (e) => {
    // Escape out of a dialog or a menu is theirs.
    if (e.key !== "Escape" || e.defaultPrevented || e.isComposing || !region()) return;
    if (has(document, "dialog:modal") || has(document, ":popover-open")) return;
    const focused = document.activeElement && document.activeElement.closest("#live-notices .live-notice");
    const item = focused || newest(), button = item && item.querySelector(".live-notice-dismiss");
    if (button) button.click();
  });
  on("focusin", (e) => {
    const here = region();
    if (here && here.contains(e.target) && !here.contains(e.relatedTarget)) before = e.relatedTarget;
    look();
  });
  on("visibilitychange", look);
  on("scroll", look, { capture: true, passive: true });
  addEventListener("resize", look);
  look();
})();
