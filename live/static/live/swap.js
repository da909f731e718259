// What comes is swapped in by htmx 2 and its ws extension. With {% live_head htmx=False %} they are the project's own,
// wherever on the page it loads them; an extension that it does not have is loaded here. ES2019, as Chrome 79 has it.
(() => {
  if (!window.livePage) return;
  const root = document.documentElement, script = document.currentScript, page = livePage.page;
  const own = "own" in script.dataset; // the project's
  // htmx's extension is given one channel that is always open: by itself it would try again at once, and for ever.
  // Behind it sockets come and go.
  const channel = (close) => Object.assign(new EventTarget(), { close });
  const ours = channel(() => livePage.drop());
  let used = false, begun = false;
  let isPush = false; // what is swapped right now
  livePage.swap = (html) => {
    isPush = true;
    ours.dispatchEvent(new MessageEvent("message", { data: html }));
    isPush = false;
    if (performance.now() - lookedAt > PAUSE) lookSoon();
  };

  const use = () => {
    const create = htmx.createWebSocket;
    htmx.createWebSocket = (url) => {
      if (!url.endsWith(page.getAttribute("ws-connect"))) return create(url); // another one, of the project's own
      if (begun) return channel(() => {}); // the extension is on an element around it, too, and asks once more
      begun = true;
      livePage.begin(url);
      return ours;
    };
    // What htmx has put aside of a page is not true any more, and may be secret by now: going back loads it.
    htmx.config.refreshOnHistoryMiss = true;
    page.setAttribute("data-swaps", "htmx"); // else htmx does not process again what it has processed
    htmx.process(page);
  };
  // A chart that nobody sees, off the screen or in a hidden tab, comes once a second: the newest. And at once when somebody
  // does see it.
  const PAUSE = 1000; // milliseconds
  const held = new Map(), swappedAt = new Map(); // by id: the newest that waits, and when one came for the last time
  let unseen = new Set(), lookedAt = -PAUSE, looking = 0, timer = 0;
  const release = (ids) => {
    const html = ids.filter((id) => document.getElementById(id)).map((id) => held.get(id).outerHTML).join("");
    for (const id of ids) held.delete(id) && swappedAt.delete(id);
    if (html && root.dataset.live !== "ended") livePage.swap(html);
  };
  const releaseAll = () => ((timer = 0), release(Array.from(held.keys())));
  const lookNow = () => {
    [looking, lookedAt] = [0, performance.now()];
    const isUnseen = ({ top, bottom }) => bottom <= 0 || top >= innerHeight;
    const charts = Array.from(document.querySelectorAll(".chart[data-seal]"));
    unseen = new Set(charts.filter((each) => isUnseen(each.getBoundingClientRect())).map(({ id }) => id));
    for (const id of swappedAt.keys()) if (!unseen.has(id)) swappedAt.delete(id);
    if (!document.hidden) release(Array.from(held.keys()).filter((id) => !unseen.has(id)));
  };
  // In a frame that is made anyway, whose layout this takes.
  const lookSoon = () => (looking = looking || requestAnimationFrame(lookNow));
  const moved = () => unseen.size && lookSoon();
  for (const name of ["scroll", "resize"]) addEventListener(name, moved, { capture: true, passive: true });
  document.addEventListener("visibilitychange", () => document.hidden || lookNow());
  const isChart = (element) => element && element.matches(".chart[data-seal]");
  addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
    const { target, fragment } = detail, { id } = target, made = fragment.firstElementChild;
    // What is swapped now is newer than what waits, also inside of it.
    for (const each of held.keys()) if (target.contains(document.getElementById(each))) held.delete(each);
    const isUnseen = document.hidden || unseen.has(id);
    if (!detail.shouldSwap || !isPush || !isUnseen || !isChart(target) || !isChart(made)) return;
    if (performance.now() - (swappedAt.get(id) || -PAUSE) > PAUSE) return swappedAt.set(id, performance.now());
    detail.shouldSwap = false;
    held.set(id, made);
    timer = timer || setTimeout(releaseAll, PAUSE);
  });

  // htmx says of each element that it takes away that it does, and asks its extensions, though it has never seen most of
  // them: a hundred in a chart. So what is in one goes before, where nothing of it is htmx's, and after all who may keep it.
  const processed = new WeakSet(); // charts with something of htmx's inside
  document.addEventListener("htmx:beforeProcessNode", ({ target: { parentElement } }) => {
    const chart = parentElement && parentElement.closest(".chart");
    if (chart) processed.add(chart);
  });
  addEventListener("htmx:oobBeforeSwap", ({ defaultPrevented, detail: { shouldSwap, target } }) => {
    if (!defaultPrevented && shouldSwap && target.matches(".chart") && !processed.has(target)) target.textContent = "";
  });
  const say = (words) => console.error(`live: ${words}`);
  const load = () => {
    const made = document.createElement("script");
    made.nonce = script.nonce;
    made.onload = use;
    made.onerror = () => {
      livePage.say("unsupported");
      say(`htmx's ws extension did not come from ${made.src}`);
    };
    made.src = script.dataset.extension;
    document.head.append(made);
  };
  const look = () => {
    if (used || !window.htmx || !livePage.begin) return;
    used = true;
    if (!/^2\./.test(htmx.version)) return;
    root.setAttribute("data-live-runs", "");
    if (htmx.createWebSocket) use();
    else load();
  };
  // Now all scripts are there but for those that are "async", and htmx has not begun.
  addEventListener("DOMContentLoaded", look, true);
  addEventListener("load", () => {
    look();
    // A script of ours did not come, or asks for a newer browser: floor.js speaks.
    if (root.hasAttribute("data-live-runs") || !livePage.begin || !(own || window.htmx)) return;
    root.setAttribute("data-live-lacks", "htmx");
    const found = window.htmx ? `htmx ${htmx.version || "of another version"}` : "no htmx";
    say(`this page has ${found} and needs htmx 2: ${own ? "load it, or say {% live_head %}" : "another one is loaded, too"}`);
  });
  // Each that begins says so.
  let count = 0;
  document.addEventListener("htmx:load", (e) => {
    if (e.target !== document.body || ++count !== 2) return;
    say("htmx is on this page twice, and each changes the other's settings: say {% live_head htmx=False %}");
  });
})();
