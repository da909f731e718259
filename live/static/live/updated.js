// For a page's own script: live:updated, on the element of each fragment that was swapped. ES2019.
(() => {
  let old;
  document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
    old = detail.target.matches("[data-seal]:not([hidden])") && detail.target;
  });
  document.addEventListener("htmx:oobAfterSwap", () => {
    const made = old && document.getElementById(old.id);
    if (!made || made === old) return; // it waits, or no fragment was meant
    old = null; // htmx says it of each element of a frame again
    made.dispatchEvent(new Event("live:updated", { bubbles: true }));
  });
})();
