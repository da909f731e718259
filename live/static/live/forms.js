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
  for (const name of ["htmx:afterSettle", "htmx:oobAfterSwap"]) document.addEventListener(name, fields);
})();
