"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const live = byId("live");
  let quiet = 0;

  const say = (text) => {
    live.textContent = text;
    clearTimeout(quiet);
    quiet = setTimeout(() => { live.textContent = ""; }, 2500);
  };

  const select = (node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
  };

  const copy = async (button) => {
    const code = button.previousElementSibling;
    try {
      await navigator.clipboard.writeText(code.textContent);
      say("Copied");
    } catch {
      select(code);
      say(document.execCommand("copy") ? "Copied" : "Selected: copy it with your keyboard");
    }
  };

  for (const button of document.querySelectorAll("button.copy")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  }

  for (const button of document.querySelectorAll("button.enlarge")) {
    const pair = button.parentElement.previousElementSibling;
    if (!pair.querySelector("img")) continue;
    button.hidden = false;
    button.addEventListener("click", () => {
      const large = pair.classList.toggle("large");
      button.setAttribute("aria-pressed", String(large));
    });
  }

  const rows = [...document.querySelectorAll(".cases tbody tr")];
  const texts = rows.map((row) => row.textContent.toLowerCase());
  const form = document.querySelector(".filter");
  const count = byId("f-count");

  const filter = () => {
    const words = byId("f-text").value.toLowerCase().split(/\s+/).filter(Boolean);
    const did = byId("f-did").value, judged = byId("f-judged").value, pack = byId("f-pack").value;
    const silent = byId("f-silent").checked;
    let shown = 0;
    rows.forEach((row, at) => {
      const { dataset } = row;
      row.hidden = Boolean(
        (did && dataset.did !== did) || (judged && dataset.judged !== judged) || (pack && dataset.pack !== pack) ||
        (silent && dataset.silent === undefined) || !words.every((word) => texts[at].includes(word)));
      shown += row.hidden ? 0 : 1;
    });
    count.textContent = `${shown} of ${rows.length} rows`;
  };

  form.hidden = count.hidden = false;
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  byId("f-clear").addEventListener("click", () => { form.reset(); filter(); });
  filter();
})();
