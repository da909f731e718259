// On a page of another site: a frame with a board behind this script's element, as wide as that page lets it be and as high
// as the board is. ES2019, as Chrome 79 has it.
(() => {
  const script = document.currentScript, frame = document.createElement("iframe");
  frame.src = script.dataset.src;
  frame.title = script.dataset.title;
  Object.assign(frame.style, { width: "100%", height: `${script.dataset.height}px`, border: "0" });
  addEventListener("message", ({ source, data }) => {
    if (source === frame.contentWindow && data && data.boardcast > 0) frame.style.height = `${data.boardcast}px`;
  });
  script.after(frame);
})();
