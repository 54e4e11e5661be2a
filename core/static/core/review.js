// Keys for whoever goes through hundreds of registrations or works, and ticking a whole page. Every act is a plain form or link.

const busy = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || busy(event.target)) return;
  const wanted = document.querySelector(`[data-key~="${CSS.escape(event.key)}"]`);
  if (!wanted) return;
  event.preventDefault();
  if (wanted.tagName !== "DETAILS") {
    wanted.click();
    return;
  }
  wanted.open = true;
  wanted.querySelector("input:not([type=hidden]), textarea")?.focus();
});

// A second click while the first is on its way does nothing.
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-once]")) delete form.dataset.sent;
});

const list = document.querySelector("form[data-list]");
if (list) {
  const boxes = [...list.querySelectorAll("td.check input")];
  const wholes = [...list.querySelectorAll("input[data-whole]")];
  const counted = list.dataset.list || "人";
  const told = list.querySelector("[data-ticked]");
  const show = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    for (const whole of wholes) {
      whole.checked = ticked > 0 && ticked === boxes.length;
      whole.indeterminate = ticked > 0 && ticked < boxes.length;
    }
    told.textContent = `已勾选 ${ticked} ${counted}`;
  };
  for (const whole of wholes) {
    whole.closest("label").hidden = false;
    whole.addEventListener("change", () => {
      for (const box of boxes) box.checked = whole.checked;
      show();
    });
  }
  for (const box of boxes) {
    box.addEventListener("change", () => {
      if (box.checked) list.querySelector("input[name=scope][value=ticked]").checked = true;
      show();
    });
  }
  show();
}
