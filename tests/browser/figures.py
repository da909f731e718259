"""What can be measured of the figures in a page, as functions in JavaScript. They run in any browser."""

# Where every violation of the content policy is counted; runs before the page does.
LISTEN = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.violations.push(`${event.effectiveDirective}: ${event.blockedURI} ${event.sample}`);
});
"""

# How many figures have no box worth the name.
WITHOUT_BOX = """() => [...document.querySelectorAll("figure.chart")].filter((figure) => {
  const box = figure.getBoundingClientRect();
  return box.width < 100 || box.height < 60;
}).length"""

# Letters of no colour, as of a heat map's cells until one points at them.
UNSEEN = r"const UNSEEN = /, 0\)$|\/ 0\)$|^transparent$/;"

# A line for each text that is seen, in part or as a whole, outside of its figure.
OUTSIDE = (
    f"() => {{ {UNSEEN}"
    + """
  const found = [], slack = 1;
  const seen = (element) => {
    if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return false;
    return !element.closest("title") && !UNSEEN.test(getComputedStyle(element).color);
  };
  for (const figure of document.querySelectorAll("figure.chart")) {
    const box = figure.getBoundingClientRect();
    const name = (figure.closest("article")?.id || figure.parentElement.className) + " " + figure.className;
    const walker = document.createTreeWalker(figure, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const text = walker.currentNode, element = text.parentElement;
      if (!text.data.trim() || !seen(element)) continue;
      let rects = [element.getBoundingClientRect()];
      if (!(element instanceof SVGElement)) {
        const range = document.createRange();
        range.selectNodeContents(text);
        rects = [...range.getClientRects()];
      }
      for (let { left, right, top, bottom } of rects) {
        // What a box cuts off is not seen outside of it.
        for (let outer = element; outer !== figure; outer = outer.parentElement) {
          if (outer instanceof SVGElement || getComputedStyle(outer).overflowX === "visible") continue;
          const cut = outer.getBoundingClientRect();
          left = Math.max(left, cut.left); right = Math.min(right, cut.right);
          top = Math.max(top, cut.top); bottom = Math.min(bottom, cut.bottom);
        }
        if (right - left < 0.5 || bottom - top < 0.5) continue;
        const over = Math.max(box.left - left, right - box.right, box.top - top, bottom - box.bottom);
        if (over > slack) found.push(`${name}: "${text.data.trim().slice(0, 30)}" by ${over.toFixed(1)} px`);
      }
    }
  }
  return found;
}"""
)

# A line for each text that is cut off without a sign that there is more of it.
CUT = (
    f"() => {{ {UNSEEN}"
    + """
  const found = [];
  for (const element of document.querySelectorAll("figure.chart *")) {
    if (element instanceof SVGElement || !element.checkVisibility({ visibilityProperty: true })) continue;
    const style = getComputedStyle(element);
    if (style.overflowX === "visible" || style.textOverflow === "ellipsis" || UNSEEN.test(style.color)) continue;
    if (element.scrollWidth > element.clientWidth + 1 && element.innerText.trim()) {
      const figure = element.closest("figure");
      const name = figure.closest("article")?.id || figure.className;
      found.push(`${name}: ${element.tagName} ${element.className} "${element.innerText.slice(0, 30)}"`);
    }
  }
  return found;
}"""
)

# A line for each two labels of an axis that are seen upon each other.
UPON = """() => {
  const found = [];
  const seen = (nodes) => [...nodes].filter((each) => each.checkVisibility({ visibilityProperty: true }));
  const check = (axis, labels, start, end) => {
    // A label that is taken out has a box of no size.
    const boxes = labels.map((each) => [each.getBoundingClientRect(), each.textContent]).filter(([box]) => box.width);
    boxes.sort(([a], [b]) => a[start] - b[start]);
    boxes.forEach(([box, words], index) => {
      const [next, others] = boxes[index + 1] || [];
      if (next && next[start] < box[end] + (start === "left" ? 1 : -0.5)) {
        const figure = axis.closest("figure");
        const name = figure.closest("article")?.id || figure.parentElement.className + " " + figure.className;
        found.push(`${name}: "${words}" and "${others}" by ${(box[end] - next[start]).toFixed(1)} px`);
      }
    });
  };
  for (const axis of document.querySelectorAll("figure svg.chart-x")) {
    check(axis, seen(axis.querySelectorAll("text")), "left", "right");
  }
  for (const axis of document.querySelectorAll("figure ol.chart-y")) {
    check(axis, seen(axis.querySelectorAll("li")), "top", "bottom");
  }
  return found;
}"""

# What a tooltip says that is open in a figure, and whether all of it is inside: [words, inside] for each.
OPEN = """(figure) => [...figure.querySelectorAll(".chart-tooltip a")].filter(
  (each) => each.checkVisibility({ visibilityProperty: true })
).map((each) => {
  const box = figure.getBoundingClientRect(), own = each.getBoundingClientRect();
  const inside = own.left >= box.left - 1 && own.right <= box.right + 1 && own.top >= box.top - 1;
  return [each.innerText.replace(/\\s+/g, " ").trim(), inside];
})"""
