// A board on a screen that nobody touches: the clock, how old the data is, the next board, the display that stays awake, the
// pointer, and how many rows of a list have no room. ES2019, as Chrome 79 has it; without it the page is whole, and still.
(() => {
  const root = document.documentElement, wall = document.getElementById("wall"), page = document.getElementById("live");
  const clock = document.getElementById("wall-clock"), fresh = document.getElementById("wall-fresh");
  const leave = document.getElementById("wall-leave"), floor = document.getElementById("live-floor");
  // Milliseconds.
  const SECOND = 1000, IDLE = 3000, AGAIN = 5000, REQUEST = 4000;

  // The server's clock, which goes on without it: a display's own may be wrong.
  const heartbeat = document.getElementById("live-heartbeat");
  let trueAt = +heartbeat.dataset.time, heardAt = performance.now();
  new MutationObserver(() => [trueAt, heardAt] = [+page.dataset.trueAt, performance.now()])
    .observe(page, { attributes: true, attributeFilter: ["data-true-at"] });
  const at = (time, timeZone) => {
    const format = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone };
    try { return time.toLocaleTimeString(root.lang || "en", format); }
    catch { return `${at(time, "UTC")} UTC`; } // the display is older than this zone
  };
  const write = (element, words) => element.textContent === words || (element.textContent = words);
  const tick = () => {
    const age = performance.now() - heardAt;
    write(clock, at(new Date(trueAt * 1000 + age), wall.dataset.zone));
    write(fresh, wall.dataset.fresh.replace("{seconds}", Math.floor(age / 1000)));
  };
  tick();
  setInterval(tick, SECOND);

  // The next board, as soon as the server answers: the browser's own error page would stay for ever. A browser in which the
  // page is not live loads it again in the same way.
  const seconds = +wall.dataset.rotate || +floor.dataset.refresh;
  const isLive = () => root.hasAttribute("data-live-runs");
  const next = () => {
    const links = Array.from(document.querySelectorAll(".wall-boards a"));
    const index = links.findIndex((link) => link.pathname === location.pathname);
    const link = +wall.dataset.rotate && links[(index + 1) % links.length];
    return link ? link.href : location.href;
  };
  const turn = async () => {
    const address = next();
    if (address === location.href && isLive()) return setTimeout(turn, seconds * 1000);
    const abort = new AbortController(), limit = setTimeout(() => abort.abort(), REQUEST);
    const answer = await fetch(address, { cache: "no-store", signal: abort.signal }).catch(() => ({}));
    clearTimeout(limit);
    if (answer.ok && !answer.redirected) location.replace(address);
    else setTimeout(turn, AGAIN);
  };
  floor.removeAttribute("data-refresh");
  addEventListener("load", () => (+wall.dataset.rotate || !isLive()) && setTimeout(turn, seconds * 1000));

  // The display stays awake while it shows this.
  const wake = () => {
    if (navigator.wakeLock && !document.hidden) navigator.wakeLock.request("screen").catch(() => {}); // it may refuse
  };
  wake();
  document.addEventListener("visibilitychange", wake);

  // A key or a click brings the way out; Escape takes it. The pointer comes with the mouse.
  let timer;
  const come = (state) => {
    clearTimeout(timer);
    if (root.dataset.wall !== "open") root.dataset.wall = state;
    timer = setTimeout(idle, IDLE);
  };
  const idle = () => {
    const bar = leave && leave.parentElement;
    if (bar && (bar.contains(document.activeElement) || bar.matches(":hover"))) come("open");
    else root.dataset.wall = "idle";
  };
  document.addEventListener("keydown", (e) => {
    if (e.key !== "Escape") come("open");
    else if (leave) leave.click();
  });
  document.addEventListener("click", () => come("open"));
  document.addEventListener("mousemove", () => come("pointer"));
  root.dataset.wall = "idle";

  // Rows without room are counted, and a figure that is too wide for its tile is smaller.
  const ROWS = ".chart-states > li, .chart-rows tbody tr, .chart-heat tbody tr, .chart-shares li, .chart-prose > *";
  const isFull = (box) => box.scrollHeight > box.clientHeight + 1;
  const fit = (tile) => {
    const chart = tile.querySelector(".chart"), rows = Array.from(tile.querySelectorAll(ROWS));
    if (!chart) return;
    for (const row of rows) row.hidden = false;
    tile.dataset.more = "";
    for (const figure of tile.querySelectorAll(".chart-value, .chart-spark b")) {
      figure.style.fontSize = "";
      const size = parseFloat(getComputedStyle(figure).fontSize), share = figure.clientWidth / figure.scrollWidth;
      if (share < 1) figure.style.fontSize = `${size * share * 0.98}px`;
    }
    if (!isFull(chart) || rows.length < 2) return;
    const more = tile.querySelector(".chart-more"), [earlier] = (more && /\d+/.exec(more.textContent)) || [0];
    const say = (count) => (tile.dataset.more = wall.dataset.more.replace("{count}", +earlier + count));
    say(1);
    for (let count = 1; count < rows.length && isFull(chart); count += 1) {
      rows[rows.length - count].hidden = true;
      say(count);
    }
  };
  const fitAll = () => document.querySelectorAll(".wall-tile").forEach(fit);
  new MutationObserver((records) => {
    const targets = records.map(({ target }) => target);
    if (targets.includes(wall)) fitAll(); // the board came anew
    else new Set(targets.map((target) => target.closest(".wall-tile")).filter(Boolean)).forEach(fit);
  }).observe(wall, { childList: true, subtree: true });
  addEventListener("resize", fitAll);
  if (window.ResizeObserver) new ResizeObserver(fitAll).observe(wall);
  if (document.fonts) document.fonts.ready.then(fitAll);
  fitAll();
})();
