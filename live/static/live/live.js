// The state of the page, shown to CSS (<html data-live>) and to people (#live-state), and reconnecting where htmx would not.
// Everything else is htmx: the socket, the retries after 1006, 1011, 1012 and 1013, and the swaps.
(() => {
  const root = document.documentElement, state = document.getElementById("live-state");
  const on = (name, act, target = document.body) => target.addEventListener(name, act);
  const setState = (name) => {
    root.dataset.live = name;
    if (state) state.textContent = state.dataset[name].replace("{time}", new Date().toLocaleTimeString());
  };
  const show = (name) => [name, "ended"].includes(root.dataset.live) || setState(name);
  const message = document.getElementById("live-message");
  if (!message) return; // not a live page
  let socket, wrapper, giveUp, awake = Date.now();
  setState("connecting");

  // Jitter keeps a thousand pages from coming back together; the ceiling keeps a page from being wrong for long.
  const delay = (htmx.config.wsReconnectDelay = (tries) => Math.random() * Math.min(4000, 1000 * 2 ** tries));
  const reconnect = () => wrapper && !["live", "ended"].includes(root.dataset.live) && wrapper.reconnect();
  // One socket at a time: the one before is closed without a word, or htmx would try to replace it.
  const create = htmx.createWebSocket;
  htmx.createWebSocket = (url) => {
    if (socket) socket.onclose = null;
    socket?.close();
    const made = (socket = create(url));
    // A handshake that is not answered is given up, and so is a socket on which nothing is said.
    setTimeout(() => made.readyState === WebSocket.CONNECTING && made.close(), 8000);
    setTimeout(() => made === socket && made.readyState === WebSocket.OPEN && reconnect(), 25000);
    return made;
  };

  on("htmx:wsOpen", (e) => (wrapper = e.detail.socketWrapper));
  on("htmx:wsAfterMessage", (e) => {
    if (root.dataset.live === "live" || !e.detail.message.includes('id="live-heartbeat"')) return;
    clearTimeout(giveUp);
    giveUp = null;
    message.textContent = "";
    show("live");
  });
  on("htmx:wsClose", (e) => {
    const { code } = e.detail.event;
    wrapper = e.detail.socketWrapper;
    if (code === 4401 || code === 4403) return show("ended");
    if (code === 4205) return setTimeout(() => location.reload(), delay(2));
    if (root.dataset.live !== "offline") show("reconnecting");
    giveUp ??= setTimeout(() => show("offline"), 15000);
    if (![1006, 1011, 1012, 1013].includes(code)) setTimeout(reconnect, delay(2));
  });
  // What the page shows, read from the page itself: the server sends whatever differs.
  on("htmx:wsConfigSend", (e) => {
    if (e.target.id !== "live-report") return;
    if (root.dataset.live !== "live" && e.detail.triggeringEvent?.type !== "htmx:wsOpen") return e.preventDefault();
    e.detail.parameters.shown = Array.from(document.querySelectorAll("[data-version]"),
      (node) => `${node.id} ${node.dataset.version} ${node.dataset.seal}`);
  });
  // Whoever is inside a fragment that is swapped stays at the same place in it: a link, a column of a chart's tooltip.
  const STOPS = "a[href], button, [tabindex]";
  let held, pointed;
  on("htmx:oobBeforeSwap", (e) => {
    const old = e.detail.target, focused = document.activeElement;
    held = old.contains(focused) ? [old.id, [...old.querySelectorAll(STOPS)].indexOf(focused)] : null;
    pointed = old.matches(":hover") && old.id;
  });
  on("htmx:oobAfterSwap", () => {
    // A mouse at rest is noticed once, a frame after the swap: what it opens must be there to be hit.
    if (pointed) document.getElementById(pointed)?.toggleAttribute("data-pointed", true);
    const stops = held ? [...(document.getElementById(held[0])?.querySelectorAll(STOPS) ?? [])] : [];
    const stop = held && stops[held[1]], focus = (element) => element?.focus({ preventScroll: true });
    held = null;
    if (!stop) return;
    focus(stop);
    if (document.activeElement === stop) return;
    // Some take the focus only while it is near: the last one lets it in.
    focus(stops.at(-1));
    focus(stop);
  });
  on("mouseover", () => document.querySelector("[data-pointed]")?.removeAttribute("data-pointed"));
  // The sign of life has run out: a connection that is open only here.
  on("animationend", (e) => { if (e.target.id === "live-heartbeat") { show("offline"); reconnect(); } });
  on("offline", () => show("offline"), window);
  on("online", reconnect, window);
  on("visibilitychange", () => document.hidden || reconnect(), document);
  on("pageshow", (e) => e.persisted && location.reload(), window);
  // Awake again after a sleep in which the connection may have died without a word.
  setInterval(() => {
    const slept = Date.now() - awake > 30000;
    awake = Date.now();
    if (slept && !document.hidden && root.dataset.live !== "ended") wrapper?.reconnect();
  }, 2000);
  // An htmx request that failed is said, where the person looks.
  on("htmx:responseError", (e) => {
    const { xhr } = e.detail, own = xhr.getResponseHeader("Content-Type")?.startsWith("text/plain");
    message.textContent = xhr.status === 503 && own ? xhr.responseText : message.dataset.rejected;
  });
  on("htmx:sendError", () => (message.textContent = message.dataset.unreachable));
  on("htmx:beforeRequest", () => (message.textContent = ""));
})();
