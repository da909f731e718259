// Inside of the frame: how high the board is, to the page around it (embed.js). ES2019, as Chrome 79 has it.
(() => {
  const main = document.getElementById("content");
  const tell = () => parent.postMessage({ boardcast: Math.ceil(main.getBoundingClientRect().bottom + scrollY) }, "*");
  if (window.ResizeObserver) new ResizeObserver(tell).observe(main);
  tell();
})();
