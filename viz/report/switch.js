"use strict";
(function () {
  const buttons = document.querySelectorAll("button[data-show]");
  function show(lang) {
    document.querySelectorAll("[data-lang]").forEach(function (part) {
      const shown = part.dataset.lang === lang;
      part.hidden = !shown;
      if (shown && part.dataset.title) {
        document.title = part.dataset.title;
        document.documentElement.lang = part.lang;
      }
    });
    buttons.forEach(function (button) {
      button.setAttribute("aria-pressed", String(button.dataset.show === lang));
    });
  }
  buttons.forEach(function (button) {
    button.addEventListener("click", function () { show(button.dataset.show); });
  });
  document.querySelector(".switch").hidden = false;
  const asked = location.hash.slice(1).split("-")[0];
  if (document.querySelector("[data-show='" + CSS.escape(asked) + "']")) show(asked);

  function drawing(button) {
    const code = button.closest("figure").querySelector("img").src.split(",")[1];
    const bytes = Uint8Array.from(atob(code), function (letter) { return letter.charCodeAt(0); });
    return new Blob([bytes], { type: "image/svg+xml" });
  }
  function numbers(name) {
    const kept = document.querySelector("script[data-figure='" + name + "']").textContent;
    const text = kept.replaceAll("\\u003c", "<");
    return new Blob(["\ufeff", text], { type: "text/csv;charset=utf-8" });
  }
  function save(blob, file) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = file;
    link.click();
    setTimeout(function () { URL.revokeObjectURL(link.href); }, 10000);
  }
  document.querySelectorAll(".save").forEach(function (group) {
    const name = group.dataset.name;
    const lang = group.closest("[data-lang]").dataset.lang;
    group.hidden = false;
    group.querySelectorAll("button").forEach(function (button) {
      button.addEventListener("click", function () {
        if (button.dataset.save === "svg") save(drawing(button), name + "-" + lang + ".svg");
        else save(numbers(name), name + ".csv");
      });
    });
  });
})();
