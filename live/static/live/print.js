// What is far from the window may be half a minute old, and all of it is printed: so a live page is brought up to date
// before. The browser makes the pages when this event is over, and waits for nothing but a request that blocks.
(() => {
  const root = document.documentElement, page = document.getElementById("live");
  addEventListener("beforeprint", () => {
    // Where it is not live the page says so on the paper, too; and without far parts nothing of it is old.
    if (!["live", "polling"].includes(root.dataset.live) || !page.dataset.page || !document.querySelector("[data-live-lazy]")) return;
    // Not the cursors of feeds: their items come by the socket, once.
    const cursors = new Set(Array.from(document.querySelectorAll("i[data-seal][hidden]"), (node) => node.id));
    const report = JSON.parse(livePage.report()), shown = report.shown.filter((told) => !cursors.has(told.split(" ")[0]));
    const request = new XMLHttpRequest();
    request.open("POST", page.dataset.page, false);
    try {
      request.send(JSON.stringify({ ...report, shown, far: [] }));
    } catch {
      return; // the network is away, which the page says when it has noticed
    }
    if (request.status === 200) htmx.swap(document.body, request.responseText, { swapStyle: "none" });
  });
})();
