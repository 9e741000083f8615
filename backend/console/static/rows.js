// The rows of a list by the keyboard: arrows move, Enter opens (the row's link has the focus), Space ticks, B goes to
// what is done with those ticked. A click anywhere in a row opens it. Without a script the links and boxes are there.
"use strict";

const rows = () => [...document.querySelectorAll("table[data-rows] tbody tr")].filter((row) => row.querySelector("a"));
const boxes = () => [...document.querySelectorAll("table[data-rows] input[name=id]")];
const typing = (at) => at.matches("textarea, select, input:not([type=checkbox]):not([data-scan])");

function focused(at, step) {
  const all = rows();
  const from = all.indexOf(at.closest("tr"));
  const to = from < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(from + step, 0), all.length - 1);
  return all[to];
}

document.addEventListener("keydown", (event) => {
  const at = event.target;
  if (event.altKey || event.ctrlKey || event.metaKey || typing(at)) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    const row = focused(at, step);
    if (row) {
      event.preventDefault();
      row.querySelector("a").focus();
    }
    return;
  }
  if (at.matches("[data-scan]")) return;
  const box = at.matches("table[data-rows] a") && at.closest("tr").querySelector("input[name=id]");
  if (event.key === " " && box) {
    event.preventDefault();
    box.checked = !box.checked;
  }
  const act = document.querySelector("[data-bulk]");
  if (event.key.toLowerCase() === "b" && act) {
    event.preventDefault();
    act.focus();
  }
});

document.addEventListener("click", (event) => {
  const row = event.target.closest("table[data-rows] tbody tr");
  if (!row || event.target.closest("a, button, input, label, summary") || String(getSelection())) return;
  const link = row.querySelector("a");
  if (link) link.click();
});

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-tick-all]")) return;
  for (const box of boxes()) box.checked = event.target.checked;
});
