// An htmx request that failed is said, where the person looks. A form that is saved once may be sent again. What has
// data-live-quiet asks while nobody waits for it: it says nothing, and takes back nothing that was said. ES2019.
(() => {
  const message = document.getElementById("live-message");
  if (!message) return;
  const on = (name, act) => document.body.addEventListener(name, (e) => "liveQuiet" in e.detail.elt.dataset || act(e));
  on("htmx:responseError", ({ detail: { xhr } }) => {
    const words = xhr.status === 503 && (xhr.getResponseHeader("Content-Type") || "").startsWith("text/plain");
    message.textContent = words ? xhr.responseText : message.dataset.rejected;
  });
  on("htmx:sendError", (e) => {
    const form = e.detail.elt.closest("form");
    message.textContent = message.dataset[form && form.querySelector("[name=_submission]") ? "again" : "unanswered"];
  });
  on("htmx:beforeRequest", () => (message.textContent = ""));
})();
