// A fragment waits with what is new while somebody has selected text of it, to copy that: a swap would take the selection
// away. It says so, for half a minute at most; then, or when the selection is gone, the page asks for the newest. ES2019.
(() => {
  const page = document.getElementById("live");
  if (!page) return; // nothing is pushed to it
  const LIMIT = 30000; // milliseconds
  let timer, expired = false;
  let isAny = false; // browsers lay the page out before they answer that, which would be with each swap
  const isSelected = (element) => isAny && !getSelection().isCollapsed && getSelection().containsNode(element, true);
  const release = (elements) => {
    for (const each of elements) each.removeAttribute("data-live-waiting");
    if (elements.length) document.body.dispatchEvent(new Event("live:report"));
  };
  const waiting = () => Array.from(document.querySelectorAll("[data-live-waiting]"));
  document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
    const { target, fragment } = detail;
    // What may not be seen any more goes at once, also an item of a list, of which nothing is said; and how far a feed is
    // has no text.
    if (expired || fragment.querySelector(".live-gone, [data-seal][hidden]")) return;
    if (!target.matches("[data-seal]:not([hidden])")) return;
    // Where items of a list come, go and move, nothing but what goes is taken away.
    if (target.content || fragment.content || !isSelected(target)) return;
    detail.shouldSwap = false;
    target.setAttribute("data-live-waiting", page.dataset.waiting);
    timer = timer || setTimeout(() => {
      expired = true;
      release(waiting());
    }, LIMIT);
  });
  document.addEventListener("selectionchange", () => {
    isAny = getSelection().type === "Range";
    release(waiting().filter((each) => !isSelected(each)));
    if (waiting().length || (expired && isAny)) return;
    clearTimeout(timer);
    [timer, expired] = [0, false];
  });
})();
