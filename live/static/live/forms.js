// ES2019, as Chrome 79 has it. Forms: a field is wrong while there are words in its <p id="…" data-error-for="the field's id">, and a screen reader knows.
(() => {
  const fields = () => {
    for (const error of document.querySelectorAll("[data-error-for]")) {
      const field = document.getElementById(error.dataset.errorFor), wrong = error.textContent.trim() !== "";
      if (!field) continue;
      const ids = new Set((field.getAttribute("aria-describedby") || "").split(" ").filter(Boolean));
      ids[wrong ? "add" : "delete"](error.id);
      if (wrong) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
      if (ids.size) field.setAttribute("aria-describedby", [...ids].join(" "));
      else field.removeAttribute("aria-describedby");
    }
  };
  // An error needs room, and a button that moves away between press and release gets no click: it waits for the release.
  const waiting = [];
  let pressed = false;
  document.addEventListener("pointerdown", () => { pressed = true; }, true);
  for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, () => {
    pressed = false;
    setTimeout(() => { while (waiting.length) waiting.shift()(); }); // after the click
  }, true);
  document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
    if (!pressed || !detail.target.matches("[data-error-for]")) return;
    detail.shouldSwap = false;
    const words = detail.fragment.textContent;
    waiting.push(() => {
      (detail.target.querySelector("span") || detail.target).textContent = words.trim();
      fields();
    });
  });
  for (const name of ["htmx:afterSettle", "htmx:oobAfterSwap"]) document.addEventListener(name, fields);
  // A form of ours that is rejected is shown as it came, whatever the settings of htmx are for others.
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const form = detail.requestConfig && detail.requestConfig.elt.closest("form");
    if (detail.xhr.status !== 422 || !form || !form.querySelector("[name=_submission]")) return;
    [detail.shouldSwap, detail.isError] = [true, false];
  });
})();
