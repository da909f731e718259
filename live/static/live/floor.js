// The last script, in words that every browser knows (ES5): where live.js does not run, because the browser is too old for
// it or for htmx, or a file did not come, the page says so and loads itself again, as it does without JavaScript.
(function () {
  var root = document.documentElement, state = document.getElementById("live-state");
  var floor = document.getElementById("live-floor"), url = floor.getAttribute("data-url");
  var seconds = floor.getAttribute("data-refresh");
  addEventListener("load", function () {
    if (root.getAttribute("data-live-runs") !== null) return;
    root.setAttribute("data-live", "unsupported");
    if (state) state.textContent = state.getAttribute("data-" + (root.getAttribute("data-live-lacks") || "unsupported"));
    var page = document.getElementById("live"), whole = page && page.getAttribute("data-whole");
    if (whole) location.replace(whole); // with all that a script would bring when it comes near the window
    else if (seconds) setTimeout(function () { if (url) location.replace(url); else location.reload(); }, seconds * 1000);
  });
})();
