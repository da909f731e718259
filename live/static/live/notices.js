// Notices: what neither CSS nor htmx can do. Each comes once to a page and is replaced in place; how long it stays; no more
// than three are stacked; the focus is not lost; none covers what is to be pressed.
// The page is what there is to know: all of this may run at any time, and again.
(() => {
  const on = (name, act, options) => document.addEventListener(name, act, options);
  const region = () => document.getElementById("live-notices");
  const arrived = new WeakMap(); // a number for each element: the newest are shown
  const had = new Map(); // the revision of each notice that came to this page; Infinity once it was dismissed
  const all = () => [...region().querySelectorAll(".notice")].sort((a, b) => arrived.get(a) - arrived.get(b));
  const runs = (item) => "running" in item.dataset;
  const named = (item) => (item.dataset.notice ?? "").split("."); // its name and its revision
  let count = 0, before = null; // before: what had the focus before somebody brought it into the region
  const focus = (element) => {
    const was = before;
    element.focus({ preventScroll: true });
    before = was;
  };

  // CSS counts the time down, pauses it and says when it is over (animationend). Errors stay, and so does what runs.
  const time = (item) => {
    const { sticky, expires, now } = item.dataset;
    const text = (item.querySelector(".notice-body") ?? item).textContent.trim();
    const life = expires ? (expires - now) * 1000 : sticky === undefined ? 5000 + 50 * text.length : 0;
    item.style.setProperty("--life", `${life}ms`);
    item.toggleAttribute("data-life", life > 0);
    for (const each of item.getAnimations()) if (each.animationName === "live-notice-life") each.currentTime = 0;
  };

  // A newer revision: the words are replaced and the buttons stay, with a press or the focus that is on one. A screen
  // reader does not announce each step of what runs.
  const update = (old, item) => {
    const focused = old.contains(document.activeElement), words = ":scope > :not(button)";
    old.ariaLive = runs(item) ? "off" : null;
    for (const name of ["class", "data-notice", "data-running", "data-sticky", "data-now", "data-expires"]) {
      if (item.hasAttribute(name)) old.setAttribute(name, item.getAttribute(name));
      else old.removeAttribute(name);
    }
    for (const each of old.querySelectorAll(words)) each.remove();
    if (!item.querySelector(".notice-cancel")) old.querySelector(".notice-cancel")?.remove();
    old.prepend(...item.querySelectorAll(words));
    if (focused && !old.contains(document.activeElement)) focus(old.querySelector(".notice-dismiss"));
    time(old);
  };

  // What came, over the socket or with the response to a request, or both.
  const take = (item, into) => {
    const [name, revision] = named(item);
    if (name && had.get(name) >= revision) return;
    had.set(name, +revision);
    item.classList.add("notice"); // also where the server could not make one
    const old = document.getElementById(item.id);
    // The end of what ran is news, and is announced as such.
    if (old?.parentNode === into && (runs(item) || !runs(old))) return update(old, item);
    const focused = old?.contains(document.activeElement);
    old?.remove();
    htmx.process(into.appendChild(item));
    if (focused) focus(item.querySelector(".notice-dismiss"));
  };

  // The focus of the keyboard goes on to the next notice, another goes back to where it was.
  const remove = (item) => {
    const focused = item.contains(document.activeElement), keyboard = item.querySelector(":focus-visible");
    item.remove();
    arrange();
    if (!focused) return;
    focus((keyboard && all().at(-1)?.querySelector(".notice-dismiss")) ?? (before?.isConnected ? before : region()));
    if (document.activeElement === document.body) focus(region());
  };
  // Somebody did not want to see it: nor do they any newer revision. After its time alone, one comes again.
  const dismiss = (item) => {
    had.set(named(item)[0], Infinity);
    remove(item);
  };

  // At most three, the newest. The others stay where a screen reader finds them, and their time stands still.
  const arrange = () => {
    const here = region(), more = document.getElementById("live-notices-more");
    for (const item of here.querySelectorAll(".notice")) {
      if (arrived.has(item)) continue;
      const [name, revision] = named(item);
      arrived.set(item, count++);
      if (name && !had.has(name)) had.set(name, +revision);
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
    more.ariaExpanded = open;
    more.textContent = open ? more.dataset.fewer : more.dataset.more.replace("{count}", surplus);
    here.toggleAttribute("data-paused", document.hidden);
    if (items.length) position(here);
    else delete here.dataset.at;
  };

  // In the first corner where they are over nothing that is to be pressed, and there as long as it is so; if there is
  // none, half way up, as on a phone with buttons at both ends; if that is not free either, in the page's flow.
  const position = (here) => {
    const press = "button:not([type=button], [type=reset]), input:is([type=submit], [type=image])";
    const boxes = [...document.querySelectorAll(`:is(${press}, #live-message:not(:empty)), :is(a, input, select):focus`)]
      .filter((each) => !here.contains(each)).map((each) => each.getBoundingClientRect()).filter((box) => box.width);
    const free = (at) => {
      here.dataset.at = at;
      const { left, right, top, bottom } = here.getBoundingClientRect(), gap = 8;
      const over = (box) =>
        box.left < right + gap && box.right > left - gap && box.top < bottom + gap && box.bottom > top - gap;
      return at === "flow" || !boxes.some(over);
    };
    [here.dataset.at ?? "end end", "end end", "start end", "end start", "start start", "middle end", "flow"].find(free);
  };

  let soon;
  const look = () => (soon ??= requestAnimationFrame(() => {
    soon = null;
    if (region()) arrange();
  }));

  on("htmx:configRequest", (e) => {
    const swap = e.detail.elt.closest("[hx-swap]")?.getAttribute("hx-swap") ?? "";
    if (region() && !swap.trim().startsWith("textContent")) e.detail.headers["Live-Notices"] = "1"; // else: put in as words
  });
  on("htmx:oobBeforeSwap", (e) => {
    const { target, fragment } = e.detail;
    if (!target.matches("#live-notices-status, #live-notices-alert, #live-dismissals")) return;
    e.detail.shouldSwap = false;
    for (const each of [...fragment.children]) {
      const put = each.dataset.dismiss, item = put && document.getElementById(put);
      if (!put) take(each, target);
      else had.set(put.replace("notice-", ""), Infinity);
      if (item) remove(item);
    }
    arrange();
  });
  for (const each of ["htmx:afterSettle", "htmx:oobAfterSwap"]) on(each, look);
  on("animationend", (e) => (e.animationName === "live-notice-life" ? remove(e.target) : look()));
  on("click", (e) => {
    const button = e.target.closest?.("#live-notices button");
    if (button?.matches(".notice-dismiss")) dismiss(button.closest(".notice"));
    if (button?.id !== "live-notices-more") return;
    region().toggleAttribute("data-all");
    arrange();
  });
  on("keydown", (e) => {
    // Escape out of a dialog or a menu is theirs.
    if (e.key !== "Escape" || e.defaultPrevented || e.isComposing || !region()) return;
    if (document.querySelector(":is(dialog:modal, :popover-open)")) return;
    (document.activeElement?.closest("#live-notices .notice") ?? all().at(-1))?.querySelector(".notice-dismiss")?.click();
  });
  on("focusin", (e) => {
    if (region()?.contains(e.target) && !region().contains(e.relatedTarget)) before = e.relatedTarget;
    look();
  });
  on("visibilitychange", look);
  on("scroll", look, { capture: true, passive: true });
  addEventListener("resize", look);
  look();
})();
