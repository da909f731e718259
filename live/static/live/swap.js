// What comes is swapped in by htmx 2 and its ws extension. With {% live_head htmx=False %} they are the project's own,
// wherever on the page it loads them; an extension that it does not have is loaded here. ES2019, as Chrome 79 has it.
(() => {
  if (!window.livePage) return;
  const root = document.documentElement, script = document.currentScript, page = livePage.page;
  const own = "own" in script.dataset; // the project's
  // htmx's extension is given one channel that is always open: by itself it would try again at once, and for ever. Behind
  // it sockets come and go.
  const channel = (close) => Object.assign(new EventTarget(), { close });
  const ours = channel(() => livePage.drop());
  let used = false, begun = false;
  livePage.swap = (html) => ours.dispatchEvent(new MessageEvent("message", { data: html }));

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
  // htmx says of each element that it takes away that it does, and asks its extensions, though it has never seen most of
  // them: a hundred in a chart. So what is in one goes before, where nothing of it is htmx's, and after all who may keep it.
  const processed = new WeakSet(); // charts with something of htmx's inside
  document.addEventListener("htmx:beforeProcessNode", ({ target: { parentElement } }) => {
    const chart = parentElement && parentElement.closest(".chart");
    if (chart) processed.add(chart);
  });
  addEventListener("htmx:oobBeforeSwap", ({ detail: { shouldSwap, target } }) => {
    if (shouldSwap && target.matches(".chart") && !processed.has(target)) target.textContent = "";
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
