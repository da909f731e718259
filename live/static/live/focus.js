// Whoever is inside a fragment that is swapped stays at the same place in it: a link, a column of a chart's tooltip.
(() => {
  const on = (name, act) => document.addEventListener(name, act);
  const STOPS = "a[href], button, [tabindex]";
  const stopsOf = (id) => {
    const node = document.getElementById(id); // not there any more, where it was an item of a list
    return node ? Array.from(node.querySelectorAll(STOPS)) : [];
  };
  let held, pointed;
  on("htmx:oobBeforeSwap", (e) => {
    const old = e.detail.target, focused = document.activeElement;
    held = old.contains(focused) ? [old.id, stopsOf(old.id).indexOf(focused)] : null;
    pointed = old.matches(":hover") && old.id;
  });
  on("htmx:oobAfterSwap", () => {
    // A mouse at rest is noticed once, a frame after the swap: what it opens must be there to be hit.
    const under = pointed && document.getElementById(pointed);
    if (under) under.toggleAttribute("data-pointed", true);
    const stops = held ? stopsOf(held[0]) : [], stop = held && stops[held[1]];
    held = null;
    if (!stop) return;
    stop.focus({ preventScroll: true });
    if (document.activeElement === stop) return;
    // Some take the focus only while it is near: the last one lets it in.
    for (const near of [stops[stops.length - 1], stop]) near.focus({ preventScroll: true });
  });
  // A push may take a button away while its request is under way: then htmx would look for what the response replaces in
  // what was taken away with it.
  on("htmx:beforeSwap", (e) => {
    if (!e.detail.shouldSwap || e.detail.requestConfig.elt.isConnected) return;
    e.detail.shouldSwap = false;
    htmx.swap(document.body, e.detail.serverResponse, { swapStyle: "none" });
  });
  on("mouseover", () => {
    const under = document.querySelector("[data-pointed]");
    if (under) under.removeAttribute("data-pointed");
  });
})();
