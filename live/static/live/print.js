// What is far from the window may be half a minute old, and all of it is printed: so a live page is brought up to date
// before. The browser makes the pages when this event is over, and waits for nothing but a request that blocks.
(() => {
  const root = document.documentElement, page = document.getElementById("live");
  addEventListener("beforeprint", () => {
    // Where it is not live the page says so on the paper, too; and without far parts nothing of it is old.
    if (root.dataset.live !== "live" || !page.dataset.page || !document.querySelector("[data-live-lazy]")) return;
    // Not the cursors of feeds: their items come by the socket, once.
    const shown = Array.from(document.querySelectorAll("[data-version]:not(i[hidden])"), (node) =>
      `${node.id} ${node.dataset.version} ${node.dataset.seal}`);
    const request = new XMLHttpRequest();
    request.open("POST", page.dataset.page, false);
    try {
      request.send(JSON.stringify({ page: page.querySelector("[name=page]").value, shown }));
    } catch {
      return; // the network is away, which the page says when it has noticed
    }
    if (request.status === 200) htmx.swap(document.body, request.responseText, { swapStyle: "none" });
  });
})();
