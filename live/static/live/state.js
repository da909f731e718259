// What a live page says of itself: how it is, and when what it shows was last true. ES2019, as Chrome 79 has it.
// What the scripts of such a page share is in livePage; on other pages there is none.
window.livePage = (() => {
  const root = document.documentElement, page = document.getElementById("live");
  if (!page) return root.setAttribute("data-live-runs", "");
  const state = document.getElementById("live-state"), message = document.getElementById("live-message");
  const language = (state && state.lang) || root.lang || "en"; // of the words around a time
  // Milliseconds: a sign of life comes every 2 s; where there can be no socket, the page asks every POLL.
  const SILENCE = 5000, POLL = 4000;

  // Both clocks: one may be set, the other may stand still while the machine sleeps. The later one is believed.
  const clocks = () => [Date.now(), performance.now()];
  const since = (then) => Math.max(...clocks().map((now, i) => now - then[i]));
  // By the server's clock, in seconds: its last sign of life, and when what the page shows was last true.
  let serverTime = +document.getElementById("live-heartbeat").dataset.time, trueAt = serverTime;
  let heardAt = clocks(), lead = Infinity;

  // The age counts up beside the live region: a screen reader is told once.
  const age = document.createElement("span");
  age.setAttribute("aria-hidden", "true");
  const ago = () => {
    const seconds = Math.max(0, serverTime - trueAt + since(heardAt) / 1000);
    const units = [[86400, "day"], [3600, "hour"], [60, "minute"]];
    const [size, unit] = units.find(([size]) => seconds >= 2 * size) || [1, "second"];
    return new Intl.RelativeTimeFormat(language, { style: "short" }).format(-Math.floor(seconds / size), unit);
  };
  const time = (timeZone = state.dataset.zone) => {
    const day = Date.now() - trueAt * 1000 > 72e6 ? { month: "short", day: "numeric" } : {};
    const clock = { ...day, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZone };
    try { return new Date(trueAt * 1000).toLocaleString(language, clock); }
    catch { return `${time("UTC")} UTC`; } // the browser is older than this zone
  };
  const say = (name, words = state && state.dataset[name]) => {
    if (root.dataset.live === name) return;
    root.dataset.live = name;
    if (name === "live" && message.firstElementChild) message.textContent = ""; // why it was not
    if (!state) return;
    state.textContent = words.replace("{time}", time()).replace("{seconds}", POLL / 1000);
    age.textContent = "";
    if (words.includes("{time}") && name !== "ended") state.append(age);
  };
  const tellAge = () => { if (age.isConnected) age.textContent = `, ${ago()}`; };

  // False for a sign of life that was long on its way, behind a network that was away or before a tab that was frozen.
  // By how much our clock is ahead of the server's is the least that was seen since the connection was made.
  const hear = (seconds, databaseAwaySince, behind) => {
    lead = Math.min(lead, Date.now() - seconds * 1000);
    if (Date.now() - seconds * 1000 - lead > SILENCE) return false;
    [serverTime, heardAt] = [seconds, clocks()];
    if (!behind) page.dataset.trueAt = trueAt = databaseAwaySince ? Math.min(trueAt, databaseAwaySince) : seconds;
    return true;
  };
  const connects = () => { lead = Infinity; };
  const silentFor = () => since(heardAt);
  return { page, say, tellAge, hear, connects, silentFor, SILENCE, POLL };
})();
