// What somebody reads stays where it is while fragments are swapped. The browser's own scroll anchoring loses its anchor
// with the element that goes; and what is scrolled inside of a fragment would be at its beginning again. ES2019.
(() => {
  const scrolled = new Set(); // what is not at its beginning, or was not long ago
  let notes; // of where everything was before the swaps that are under way

  // Where an element is, for what takes its place: the fragment that it is in, and on the way down to it the number of
  // each element among its siblings, and its text, for a newer list has other items before it.
  const pathTo = (element) => {
    const root = element.closest("[id]") || document.documentElement, steps = [];
    for (let each = element; each !== root; each = each.parentElement)
      steps.unshift([Array.from(each.parentElement.children).indexOf(each), each.textContent]);
    return { element, id: root.id, steps };
  };
  const follow = ({ element, id, steps }) => {
    if (element.isConnected) return element;
    const down = (from, [at, text]) => {
      const children = from ? Array.from(from.children) : [];
      const far = (each) => Math.abs(children.indexOf(each) - at);
      const [same] = children.filter((each) => each.textContent === text).sort((a, b) => far(a) - far(b));
      return same || children[at];
    };
    return steps.reduce(down, document.getElementById(id));
  };

  const topOf = (scroller) => (scroller === document.scrollingElement ? 0 : scroller.getBoundingClientRect().top);
  // As browsers choose their anchor: the first element that is whole in view, or the smallest that is partly.
  const firstIn = (parent, top) => {
    for (const each of parent.children) {
      const { bottom, height, top: begin } = each.getBoundingClientRect();
      if (height && bottom <= top) continue;
      const { display, position } = getComputedStyle(each), contents = display === "contents";
      if (position === "fixed" || position === "sticky" || !(height || contents)) continue;
      const inner = !(begin >= top && height) && !(each instanceof SVGElement) && firstIn(each, top);
      if (inner || !contents) return inner || each;
    }
    return null;
  };
  const note = (scroller) => {
    const { scrollTop, scrollLeft } = scroller, anchor = scrollTop > 0 && firstIn(scroller, topOf(scroller));
    const from = anchor && anchor.getBoundingClientRect().top - topOf(scroller);
    return { path: pathTo(scroller), anchor: anchor && pathTo(anchor), from, scrollTop, scrollLeft };
  };
  const restore = ({ path, anchor, from, scrollTop, scrollLeft }) => {
    const scroller = follow(path), is = (top, left) => scroller.scrollTo({ top, left, behavior: "instant" });
    if (!scroller) return;
    if (scroller !== path.element) {
      is(scrollTop, scrollLeft);
      scrolled.add(scroller);
    }
    const found = anchor && follow(anchor);
    if (!found || !scroller.contains(found)) return;
    const moved = found.getBoundingClientRect().top - topOf(scroller) - from;
    if (moved) is(scroller.scrollTop + moved, scroller.scrollLeft);
  };

  addEventListener("scroll", ({ target }) => scrolled.add(target.scrollingElement || target), { capture: true, passive: true });
  document.addEventListener("htmx:oobBeforeSwap", () => {
    if (notes) return;
    for (const each of scrolled) if (!each.isConnected || !(each.scrollTop || each.scrollLeft)) scrolled.delete(each);
    // The innermost first: what is around it is where it is by then.
    const inner = (a, b) => (a.contains(b) ? 1 : b.contains(a) ? -1 : 0);
    notes = Array.from(scrolled).sort(inner).map(note);
    // All swaps of a frame are one task.
    Promise.resolve().then(() => {
      notes.forEach(restore);
      notes = null;
    });
  });
})();
