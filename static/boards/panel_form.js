// ES2019, as Chrome 79 has it. The form of a panel by keys: the arrows walk through the series that were found, Escape
// closes first those and then the form, and whoever closes it is at its panel again.
(() => {
  const on = (name, act, options) => document.addEventListener(name, act, options);
  const options = () => Array.from(document.querySelectorAll("#series-matches [role=option]:not([disabled])"));
  const select = (field, option) => {
    for (const one of options()) one.setAttribute("aria-selected", String(one === option));
    field.setAttribute("aria-expanded", String(options().length > 0));
    if (!option) return field.removeAttribute("aria-activedescendant");
    field.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  };
  const close = (field) => {
    document.getElementById("series-matches").textContent = "";
    select(field, null);
  };
  // What stands there are matches of what was typed before: they cannot be chosen, and none that comes late is shown.
  on("input", (e) => {
    if (e.target.id !== "series-search") return;
    for (const one of options()) one.disabled = true;
    select(e.target, null);
  }, true); // htmx lets nobody else have it
  on("htmx:beforeSwap", (e) => {
    const field = document.getElementById("series-search"), { requestConfig, target } = e.detail;
    if (field && target.id === "series-matches" && requestConfig.parameters.search !== field.value) {
      e.detail.shouldSwap = false;
    }
  });
  on("htmx:afterSwap", (e) => {
    const field = document.getElementById("series-search");
    if (field && e.detail.target.id === "series-matches") select(field, null);
  });
  on("keydown", (e) => {
    if (e.target.id === "series-search") {
      const all = options(), at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
      const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
      if (step && all.length) {
        e.preventDefault();
        return select(e.target, all[at < 0 && step < 0 ? all.length - 1 : (at + step + all.length) % all.length]);
      }
      if (e.key === "Enter" && at >= 0) {
        e.preventDefault();
        return all[at].click();
      }
      if (e.key === "Escape" && all.length) return close(e.target);
    }
    const done = document.getElementById("panel-done");
    if (e.key === "Escape" && done && e.target.closest("#panel-form")) done.click();
  });
  on("focusout", (e) => {
    const field = document.getElementById("series-search"), picker = field && field.closest(".picker");
    if (picker && picker.contains(e.target) && e.relatedTarget && !picker.contains(e.relatedTarget)) close(field);
  });
  on("panel-closed", (e) => {
    const handle = document.querySelector(`[data-panel="${e.detail.panel}"] .handle`);
    if (handle) handle.focus();
  });
})();
