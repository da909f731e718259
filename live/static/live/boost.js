// A page that htmx swaps in by hx-boost is no new document: this one's socket and script would go on with another one's
// fragments. So where pages are live, a link loads its page and a form is sent as if it were not there. ES2019.
(() => {
  document.addEventListener("htmx:beforeProcessNode", (e) => {
    const boosted = e.target.closest("[hx-boost=true], [data-hx-boost=true]");
    if (boosted) for (const name of ["hx-boost", "data-hx-boost"]) boosted.removeAttribute(name);
  });
})();
