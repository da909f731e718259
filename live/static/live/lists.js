// Rows of tables come in templates, for outside of a table the parser takes them nowhere else; and items of a list that
// only move come without their HTML. ES2019, as Chrome 79 has it.
(() => {
  let focused; // inside of an item that moves, which takes the focus from it
  document.addEventListener("htmx:oobBeforeSwap", ({ detail: { fragment, target } }) => {
    const made = fragment.firstElementChild;
    if (fragment.content) fragment.append(fragment.content);
    else if (made && made.content) made.replaceWith(made.content);
    for (const stub of fragment.querySelectorAll("[data-live-moved]")) {
      const item = target.parentNode.querySelector(`:scope > #${stub.dataset.liveMoved}`);
      if (item && item.contains(document.activeElement)) focused = document.activeElement;
      if (item) stub.replaceWith(item);
      else stub.remove();
    }
  });
  document.addEventListener("htmx:oobAfterSwap", () => {
    if (focused) focused.focus({ preventScroll: true });
    focused = null;
  });
})();
