// Keeps the page true: over a socket, or by asking over HTTP where there can be no socket. ES2019, as Chrome 79 has it
// (make lint); where it does not run, floor.js speaks.
(() => {
  if (!window.livePage) return;
  const { page, say, hear, connects, silentFor, report, swap, SILENCE, POLL } = livePage;
  const root = document.documentElement, pageUrl = page.dataset.page;
  // Milliseconds. The longest that a page is wrong after the server can be reached again is REQUEST + RETRY, a request that
  // hangs and the pause after it: less than 5 s, and spread over 1,000 pages. After a MOMENT's loss it is less than 1 s.
  const OFFLINE = 15000, HANDSHAKE = 2000, REQUEST = 2500, RETRY = 2000, REPORT = 20000;
  const MOMENT = 5000, RETRY_SOON = 400, SOCKET_AGAIN = 30000, RENEW = 4000, MAX_RENEW = 60000, PAGE = 15000;
  const on = (name, act, target = document.body) => target.addEventListener(name, act);

  let socket, socketUrl, proven = false; // proven: a sign of life has come by this socket
  let refusals = 0; // handshakes that failed one after the other while the server answered over HTTP
  let timer, turn = 0, lostAt = -MOMENT, socketAt = 0, over = false, frozen = false, databaseAway = false;
  let asked = true, hung = false; // whether the server has answered over HTTP just now; whether nothing has

  const sayLost = () => {
    if (page.dataset.static) return say("unsupported", page.dataset.static); // nothing answers here but pages
    return databaseAway ? say("database") : root.dataset.live === "offline" || say("reconnecting");
  };

  // What comes.
  const BEAT = /<i id="live-heartbeat"[^>]* data-time="([\d.]+)"(?: data-database-away="([\d.]+)")?( data-behind)?/;
  const receive = (html) => {
    const [, seconds, away, behind] = BEAT.exec(html) || [];
    if (!seconds || !html.startsWith("<i id=\"live-heartbeat\"")) swap(html);
    if (!seconds || !hear(+seconds, +away, behind)) return;
    if (!proven) clearTimeout(timer);
    [proven, refusals, databaseAway] = [true, 0, Boolean(away)];
    if (away || !behind) say(away ? "database" : "live"); // else what it shows is still being compared
  };
  const sendReport = (livePage.sendReport = () => proven && (livePage.hasNewFeed() ? reconnect() : socket.send(report())));

  // Over HTTP: whether the server is there (without a body), or what is new (with a report). True if it could say so.
  const request = async (body) => {
    if (!pageUrl) return true; // the project has not included live.urls
    const abort = new AbortController(), limit = setTimeout(() => abort.abort(), REQUEST);
    const options = { method: body ? "POST" : "GET", body, cache: "no-store", redirect: "manual", signal: abort.signal };
    const mine = turn;
    hung = false;
    let response, html;
    try {
      response = await fetch(pageUrl, options);
      html = await response.text();
    } catch {
      [databaseAway, hung] = [false, abort.signal.aborted];
      return false;
    } finally {
      clearTimeout(limit);
    }
    const seconds = +response.headers.get("Live-Time"), away = +response.headers.get("Live-Database-Away");
    if (!seconds || mine !== turn) return false; // not from us, but from a proxy or a login page; or too late
    connects();
    databaseAway = Boolean(away);
    if (away || (body && response.ok)) hear(seconds, away);
    if (html) swap(html);
    if (response.status === 401 || response.status === 403) end();
    if (response.status === 410) renew(RENEW);
    return response.ok;
  };

  // One attempt at a time. Over HTTP first: a browser that has seen sockets fail holds back the next ones, up to a minute.
  // But where nothing is answered, HTTP may go over connections that died with the network: a socket has one of its own.
  const drop = () => {
    clearTimeout(timer);
    turn += 1; // what is under way is void
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
    if (proven) lostAt = performance.now();
    [socket, proven] = [null, false];
  };
  const attempt = async () => {
    drop();
    // Nobody sees it: it is asked for again when somebody does.
    if (over || frozen || (refusals > 1 && document.hidden)) return;
    const mine = turn, answered = await request(refusals ? report() : undefined);
    if (mine !== turn || over) return;
    asked = answered;
    if (!answered && hung) {
      sayLost();
      connect();
    } else if (!answered) {
      sayLost();
      timer = setTimeout(attempt, Math.random() * (performance.now() - lostAt < MOMENT ? RETRY_SOON : RETRY));
    } else {
      if (refusals > 1) say("polling");
      if (refusals > 1 && Date.now() < socketAt) timer = setTimeout(attempt, POLL * (0.75 + Math.random() / 4));
      else connect();
    }
  };
  const connect = () => {
    const made = (socket = new WebSocket(socketUrl));
    livePage.frames = 0; // that have come by this socket
    timer = setTimeout(lost, HANDSHAKE, 0);
    made.onopen = () => {
      clearTimeout(timer);
      timer = setTimeout(lost, SILENCE, 0);
      connects();
      made.send(report());
    };
    made.onmessage = (e) => ((livePage.frames += 1), receive(e.data));
    made.onclose = (e) => lost(e.code);
  };
  const lost = (code) => {
    const was = proven, refused = asked && !proven && code < 4000 && pageUrl;
    drop();
    if (code === 4401 || code === 4403) return end();
    if (code === 4205) return renew(RENEW);
    if (code === 4421) refusals = 2; // the server takes no socket from this address
    else if (refused) refusals += 1;
    if (refusals > 1) socketAt = Date.now() + SOCKET_AGAIN;
    if (root.dataset.live !== "polling") sayLost();
    // Where there is no socket, the page is brought up to date over HTTP at once. After a close all pages come together.
    timer = setTimeout(attempt, refused ? 0 : Math.random() * (was ? 1000 : RETRY));
  };
  // What it showed may not be seen any more; the words that came say why. What somebody has typed stays theirs.
  const end = () => {
    drop();
    over = true;
    const fields = Array.from(document.querySelectorAll("main input, main textarea"));
    const main = fields.some((field) => field.value !== field.defaultValue) ? "" : "main, ";
    const shown = `${main}[data-seal], #live-notices-status, #live-notices-alert`;
    for (const node of document.querySelectorAll(shown)) node.textContent = "";
    say("ended");
  };
  // Of another version of the site: loaded again, once that works, and never in a loop: each time the pause is longer.
  const stored = (act) => {
    try {
      return act(sessionStorage);
    } catch {
      return null; // the browser keeps nothing for this page
    }
  };
  const renew = async (pause) => {
    drop();
    over = true;
    sayLost();
    const tried = stored((storage) => +storage.getItem("live-renewed")) || 0;
    if (pause) stored((storage) => storage.setItem("live-renewed", tried + 1));
    const length = Math.min(MAX_RENEW, pause * 2 ** tried);
    await new Promise((done) => setTimeout(done, tried ? length * (0.5 + Math.random() / 2) : length * Math.random()));
    const abort = new AbortController(), limit = setTimeout(() => abort.abort(), PAGE);
    const answer = await fetch(location.href, { cache: "no-store", signal: abort.signal }).catch(() => Response.error());
    clearTimeout(limit);
    // A redirect elsewhere, as for a maintenance, may never lead back, and a proxy without a server says 404, too.
    const signIn = answer.redirected && new URL(answer.url).pathname === page.dataset.login;
    const gone = answer.status === 404 && answer.headers.has("Live-Gone");
    if (gone || (answer.status === 200 && (signIn || !answer.redirected))) location.reload();
    else renew(RENEW);
  };
  const judge = () => {
    const silent = silentFor();
    livePage.tellAge();
    if (proven && silent > SILENCE) again(); // open only here
    if (["connecting", "reconnecting"].includes(root.dataset.live) && silent > OFFLINE && !over) say("offline");
  };
  const reconnect = () => {
    drop();
    asked = false;
    connect();
  };
  const again = () => {
    sayLost();
    reconnect();
  };
  const wake = () => {
    if (over || frozen || document.hidden) return;
    if (proven && silentFor() < SILENCE) sendReport(); // what answers is a sign of life
    else if (refusals > 1) attempt();
    else again();
  };
  livePage.drop = drop;
  livePage.begin = (url) => {
    socketUrl = url;
    setInterval(judge, 1000);
    setInterval(sendReport, REPORT);
    setTimeout(() => over || stored((storage) => storage.removeItem("live-renewed")), 2 * MAX_RENEW);
    on("visibilitychange", wake, document);
    on("online", wake, window);
    on("offline", () => { if (!over) { lost(4000); say("offline"); } }, window);
    // Frozen, it could not say that it is not live; and the server need not send to a tab that takes nothing.
    on("freeze", () => { frozen = true; drop(); if (!over) say("reconnecting"); }, document);
    on("resume", () => { frozen = false; wake(); }, document);
    on("pageshow", (e) => e.persisted && renew(0), window);
    for (const name of ["htmx:afterRequest", "live:report"])
      on(name, () => (root.dataset.live === "polling" ? attempt() : sendReport()));
    say("connecting");
    connect();
  };
})();
