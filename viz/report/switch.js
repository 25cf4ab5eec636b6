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
})();
