// What a live page shows, read from the page itself: the server sends whatever differs. ES2019, as Chrome 79 has it.
(() => {
  if (!window.livePage) return;
  const page = livePage.page, LOOK = 100; // milliseconds
  // What is further from the window than the window is high need not be sent before it comes near.
  let toldFar = [], looking;
  const isFar = ({ top, bottom }) => bottom < -innerHeight || top > 2 * innerHeight;
  const lazy = () => Array.from(document.querySelectorAll("[data-live-lazy]"));
  const far = () => lazy().filter((node) => isFar(node.getBoundingClientRect())).map((node) => node.id);
  livePage.report = () => JSON.stringify({
    page: page.querySelector("[name=page]").value,
    shown: Array.from(document.querySelectorAll("[data-version]"), (node) =>
      `${node.id} ${node.dataset.version} ${node.dataset.seal}`),
    far: (toldFar = far()),
  });
  const look = () => ((looking = 0), far().join() === toldFar.join() || livePage.sendReport());
  const lookSoon = () => (looking = looking || setTimeout(look, LOOK));
  for (const name of ["scroll", "resize"]) addEventListener(name, lookSoon, { capture: true, passive: true });
})();
