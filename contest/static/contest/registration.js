// A registration form keeps itself: a second and a half after the last stroke what was typed is saved as a draft, and
// the page says so. Without this module the button saves. What another window changed meanwhile is never overwritten.

import { start } from "../core/autosave.js";

const form = document.querySelector("form[data-autosave]");
if (form) {
  showGuardian(form);
  fillBirthDate(form);
  if (form.dataset.autosave) start(form);
}
document.getElementById("faults")?.focus();

function showGuardian(form) {
  const part = form.querySelector("[data-minors]");
  if (!part) return;
  form.addEventListener("change", (event) => {
    if (event.target.name === "group") part.hidden = !("needsGuardian" in event.target.dataset);
  });
}

// An identity card's number holds the birth date: the server reads it too, where this module does not run.
function fillBirthDate(form) {
  const { id_kind: kind, id_number: number, birth_date: born } = form.elements;
  number.addEventListener("input", () => {
    const found = /^\d{6}(\d{4})(\d{2})(\d{2})\d{3}[\dXx]$/.exec(number.value.replace(/\s/g, ""));
    if (kind.value !== "id_card" || !found || (born.value && !("filled" in born.dataset))) return;
    born.value = `${found[1]}-${found[2]}-${found[3]}`;
    born.dataset.filled = "";
  });
  born.addEventListener("input", () => delete born.dataset.filled);
}
