// An htmx request that failed is said, where the person looks. A form that is saved once may be sent again; one with
// data-live-resend is, by itself, at its trigger live-resend: only when nobody answers for long is that said like any
// other failure. What has data-live-quiet asks while nobody waits for it: it says nothing, and takes back nothing that was
// said. ES2019.
(() => {
  const message = document.getElementById("live-message");
  if (!message) return;
  // What the page is for, such as a tenant, goes with each: what comes back is for the same.
  const { context } = document.getElementById("live").dataset;
  if (context) document.body.addEventListener("htmx:configRequest", (e) => (e.detail.headers["Live-Context"] = context));
  const PAUSES = [1, 2, 4, 8, 16, 30]; // seconds before a form is sent again
  const tries = new WeakMap(); // of a form that got no response, how often it was sent again
  const on = (name, act) => document.body.addEventListener(name, (e) => "liveQuiet" in e.detail.elt.dataset || act(e));
  const say = (name) => {
    message.textContent = name ? message.dataset[name] : "";
    message.classList.toggle("calm", name === "resent");
  };
  const formOf = (e) => e.detail.elt.closest("form") || e.detail.elt;
  // What somebody looks up in a form meanwhile is not the form.
  const isLookup = (e) => e.detail.requestConfig.verb === "get";

  // What a button adds is not in the form any more.
  const isResent = (form, event) => "liveResend" in form.dataset && !(event && event.submitter);
  const resend = (form) => {
    const count = tries.get(form) || 0;
    tries.set(form, navigator.onLine ? count + 1 : count);
    if (!navigator.onLine) return; // the form waits for that, too
    const act = () => form.isConnected && tries.get(form) === count + 1 && htmx.trigger(form, "live-resend");
    setTimeout(act, PAUSES[count] * 1000);
  };
  on("htmx:beforeOnLoad", (e) => {
    if (!isLookup(e) && tries.delete(formOf(e))) say("");
  });
  on("htmx:responseError", ({ detail: { xhr } }) => {
    const words = xhr.status === 503 && (xhr.getResponseHeader("Content-Type") || "").startsWith("text/plain");
    say("rejected");
    if (words) message.textContent = xhr.responseText;
  });
  on("htmx:sendError", (e) => {
    if (isLookup(e) && tries.has(formOf(e))) return;
    const form = formOf(e), isPatient = (tries.get(form) || 0) < PAUSES.length;
    if (isPatient && !isLookup(e) && isResent(form, e.detail.requestConfig.triggeringEvent)) {
      say("resent");
      return resend(form);
    }
    tries.delete(form);
    say(form.querySelector("[name=_submission]") ? "again" : "unanswered");
  });
  on("htmx:beforeRequest", (e) => tries.has(formOf(e)) || say(""));
})();
