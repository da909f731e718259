// What a live page shows, read from the page itself: the server sends whatever differs. ES2019, as Chrome 79 has it.
(() => {
  if (!window.livePage) return;
  const page = livePage.page, LOOK = 100, MOVES = 15000; // milliseconds
  const MAX_MORE = 500; // as live/page/report.py has it
  // What is further from the window than the window is high need not be sent before it comes near.
  const isFar = ({ top, bottom }) => bottom < -innerHeight || top > 2 * innerHeight;
  const lazy = () => Array.from(document.querySelectorAll("[data-live-lazy]"));
  const far = () => lazy().filter((node) => isFar(node.getBoundingClientRect())).map((node) => node.id);
  // What a response by htmx has brought is signed, each by itself; what is pushed later in its stead is not. Of very much,
  // as where one scrolls without end, it is what is nearest to the window.
  const entries = new Map();
  const distance = (id) => {
    const { top, bottom } = document.getElementById(id).getBoundingClientRect();
    return Math.max(top - innerHeight, -bottom, 0);
  };
  const isFeed = (node) => "liveFeed" in node.dataset;
  const came = () => {
    // A feed that the page has already goes on from where it is.
    for (const node of document.querySelectorAll("[data-live-feed]"))
      if (document.querySelectorAll(`#${node.id}`).length > 1) node.remove();
    return Array.from(document.querySelectorAll("[data-entry]"));
  };
  const more = () => {
    for (const { id, dataset } of came()) entries.set(id, dataset.entry);
    for (const id of entries.keys()) if (!document.getElementById(id)) entries.delete(id);
    const ids = Array.from(entries.keys());
    if (ids.length <= MAX_MORE) return ids;
    const near = ids.map((id) => [distance(id), id]).sort((a, b) => a[0] - b[0]);
    return near.slice(0, MAX_MORE).map(([, id]) => id);
  };
  // What is there twice, and from when on that is an error: an item may be in two lists, of which one is to lose it.
  let twice = new Map();
  const check = (nodes) => {
    const ids = new Set(), before = twice;
    twice = new Map();
    for (const { id, parentElement } of nodes) {
      if (ids.has(id)) {
        const isItem = parentElement.firstElementChild.content, tag = isItem ? "live_list" : "live";
        const at = before.get(id) || Date.now() + (isItem ? MOVES : 0);
        twice.set(id, Date.now() < at ? at : Infinity);
        if (Date.now() < at || at === Infinity) continue;
        console.error(`live: ${id} is on this page twice; name the other one: {% ${tag} ... at="footer" %}`);
      }
      ids.add(id);
    }
  };
  let toldFar = [], toldMore = [], looking;
  // What is on its way takes into account how far the page's feeds are, but for one that has just come.
  livePage.hasNewFeed = () => came().some(isFeed);
  livePage.report = () => {
    [toldFar, toldMore] = [far(), more()];
    for (const node of came()) for (const name of ["data-entry", "data-live-feed"]) node.removeAttribute(name);
    const near = new Set(toldMore), isTold = ({ id }) => near.has(id) || !entries.has(id);
    const shown = Array.from(document.querySelectorAll("[data-seal]")).filter(isTold);
    check(shown);
    return JSON.stringify({
      page: page.querySelector("[name=page]").value,
      shown: shown.map((node) => `${node.id} ${node.dataset.version} ${node.dataset.seal}`),
      far: toldFar,
      more: toldMore.map((id) => entries.get(id)),
      frames: livePage.frames,
    });
  };
  const look = () => {
    looking = 0;
    if (far().join() !== toldFar.join() || more().join() !== toldMore.join()) livePage.sendReport();
  };
  // What was to be swapped is not there: the page is not as the server takes it to be.
  const ask = () => ((looking = 0), livePage.sendReport());
  document.addEventListener("htmx:oobErrorNoTarget", () => (looking = looking || setTimeout(ask, LOOK)));
  const lookSoon = () => (looking = looking || setTimeout(look, LOOK));
  for (const name of ["scroll", "resize"]) addEventListener(name, lookSoon, { capture: true, passive: true });
  document.addEventListener("htmx:afterSettle", () => {
    if (came().length) document.body.dispatchEvent(new Event("live:report"));
  });
})();
