// What somebody has typed into a form is there again when they come back to the page, or when that is loaded again: live
// pages are kept by no cache, and so are their forms. In this tab alone, and until it is sent. ES2019, as Chrome 79 has it.
(() => {
  const page = document.getElementById("live"), NAME = "live-typed", MAX_PAGES = 20;
  if (!page) return;
  const url = `${page.dataset.viewer} ${location.pathname}${location.search}`; // not for whoever signs in next
  const sent = new WeakSet(); // forms on their way to another page
  const saved = new WeakMap(); // what htmx has sent of a field, where the page keeps the form as it is
  // What nobody is to see later, by its type or as the page says, and what the server has put in.
  // A password that is being shown is of the type text, and a card may be "billing cc-number".
  const SECRET = ["password", "one-time-code", "cc-"].map((token) => `[autocomplete*=${token} i]`);
  const LEFT_OUT = ["[type=password]", "[type=hidden]", "[type=file]", ...SECRET].join();
  const isTicked = ({ type }) => type === "checkbox" || type === "radio";
  const fields = () => {
    const counts = {};
    return Array.from(document.querySelectorAll("input, textarea, select"), (field) => {
      const form = field.form && (field.form.getAttribute("id") || field.form.getAttribute("action"));
      const key = field.id ? `#${field.id}` : `${form} ${field.name} ${isTicked(field) ? field.value : ""}`;
      counts[key] = (counts[key] || 0) + 1;
      return [field, `${key} ${counts[key]}`];
    }).filter(([field]) => !field.matches(LEFT_OUT));
  };
  const chosen = (field, name) => Array.from(field.options).filter((each) => each[name]).map((each) => each.value);
  const isChanged = (field) => {
    if (isTicked(field)) return field.checked !== field.defaultChecked;
    if (!field.options) return field.value !== field.defaultValue;
    const was = chosen(field, "defaultSelected");
    return field.multiple || was.length ? String(was) !== String(chosen(field, "selected")) : field.selectedIndex > 0;
  };
  const isTyped = (field) => {
    if (sent.has(field.form) || saved.get(field) === String(valueOf(field))) return false;
    // A form that came back with errors has what was typed as if it were the server's.
    return isChanged(field) || Boolean(field.form && field.form.querySelector("[aria-invalid=true]"));
  };
  const valueOf = (field) => (field.options ? chosen(field, "selected") : isTicked(field) ? field.checked : field.value);
  const stored = (change) => {
    try {
      const pages = new Map(JSON.parse(sessionStorage.getItem(NAME) || "[]")), typed = pages.get(url);
      if (change(pages)) sessionStorage.setItem(NAME, JSON.stringify(Array.from(pages).slice(-MAX_PAGES)));
      return new Map(typed);
    } catch {
      return new Map(); // the browser keeps nothing for this page, or not as much
    }
  };
  const keep = () => {
    const typed = fields().filter(([field]) => isTyped(field)).map(([field, key]) => [key, valueOf(field)]);
    stored((pages) => {
      const had = pages.delete(url); // to be the last
      if (typed.length) pages.set(url, typed);
      return had || typed.length;
    });
  };
  const restore = () => {
    const typed = stored(() => false);
    for (const [field, key] of fields()) {
      if (!typed.has(key) || isChanged(field)) continue;
      const value = typed.get(key), around = field.closest("details");
      if (field.options) for (const option of field.options) option.selected = value.includes(option.value);
      else field[isTicked(field) ? "checked" : "value"] = value;
      if (around) around.open = true;
    }
  };
  const [{ type } = {}] = performance.getEntriesByType("navigation");
  if (type === "back_forward" || type === "reload") restore();
  // Where htmx sends it, the page stays, and has a fresh form when that is over.
  addEventListener("submit", (e) => e.defaultPrevented || sent.add(e.target));
  document.addEventListener("htmx:afterRequest", ({ detail: { elt, successful, requestConfig } }) => {
    if (!successful || requestConfig.verb === "get") return;
    for (const field of elt.elements || [elt]) {
      const values = requestConfig.formData.getAll(field.name), value = valueOf(field);
      const has = (each) => values.includes(each);
      const isSent = isTicked(field) ? value === has(field.value) : [].concat(value).every(has);
      if (isSent) saved.set(field, String(value));
    }
  });
  document.addEventListener("input", ({ target }) => target.form && sent.delete(target.form));
  document.addEventListener("visibilitychange", () => document.hidden && keep());
  addEventListener("pagehide", keep);
})();
