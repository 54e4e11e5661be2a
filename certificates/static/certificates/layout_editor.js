// Boxes of a layout: click one in the picture to edit it, drag it, drag its corner; insert placeholders. Everything
// works without this file too: numbers can be typed, and 预览 draws them.
const form = document.querySelector("[data-layout-editor]");
const STEP = 0.5; // mm
const LEAST = 3;
const HANDLE = 12; // screen pixels that the corner of the chosen box may be missed by
let chosen = form.elements.open.value;
let drag = null;
let isChanged = false;

const round = (value) => String(Math.round(value / STEP) * STEP);
const field = (number, key) => form.elements[`boxes[${number}].${key}`];
const overlay = () => form.querySelector(".layout-overlay");
const rectOf = (number) => overlay()?.querySelector(`rect[data-box="${CSS.escape(number)}"]`);
const detailsOf = (number) => document.getElementById(`box-${number}`);

function choose(number) {
  chosen = number;
  form.elements.open.value = number;
  for (const each of form.querySelectorAll(".layout-box")) each.classList.toggle("current", each.dataset.number === number);
  mark();
}

// The picture is drawn anew after each change; what was chosen stays so.
function mark() {
  const svg = overlay();
  if (!svg) return;
  svg.classList.add("live");
  svg.querySelector(".handle")?.remove();
  for (const each of svg.querySelectorAll("rect")) each.classList.toggle("current", each.dataset.box === chosen);
  const rect = chosen === "" ? null : rectOf(chosen);
  if (!rect) return;
  const { x, y, width, height } = rect;
  const handle = document.createElementNS("http://www.w3.org/2000/svg", "circle");
  handle.classList.add("handle");
  handle.setAttribute("cx", x.baseVal.value + width.baseVal.value);
  handle.setAttribute("cy", y.baseVal.value + height.baseVal.value);
  handle.setAttribute("r", (6 * svg.viewBox.baseVal.width) / svg.getBoundingClientRect().width);
  svg.append(handle);
}

// What is wrong stands at its field as well as below the picture, while somebody types.
function showErrors() {
  for (const each of form.querySelectorAll(".live-error")) each.remove();
  for (const each of form.querySelectorAll("[aria-invalid]")) each.removeAttribute("aria-invalid");
  for (const each of form.querySelectorAll(".leaf > [id$='-error']")) each.remove();
  for (const link of form.querySelectorAll("#layout-preview [data-error]")) {
    const control = document.getElementById(link.hash.slice(1));
    if (!control) continue;
    control.setAttribute("aria-invalid", "true");
    const error = document.createElement("div");
    error.className = "field-error live-error";
    error.textContent = link.dataset.error;
    control.closest(".leaf").append(error);
  }
}

function reveal() {
  for (const each of form.querySelectorAll(".insert, .with-script")) each.hidden = false;
  for (const each of form.querySelectorAll(".no-script")) each.hidden = true;
}

function start(event) {
  const svg = overlay();
  if (!svg || !svg.contains(event.target) || event.button !== 0) return;
  const number = event.target.dataset.box ?? chosen;
  const rect = rectOf(number);
  if (!rect) return;
  const bounds = svg.getBoundingClientRect();
  const perPixel = svg.viewBox.baseVal.width / bounds.width;
  const right = bounds.left + (rect.x.baseVal.value + rect.width.baseVal.value) / perPixel;
  const bottom = bounds.top + (rect.y.baseVal.value + rect.height.baseVal.value) / perPixel;
  const isCorner = number === chosen && Math.hypot(event.clientX - right, event.clientY - bottom) <= HANDLE;
  choose(number);
  drag = {
    number, perPixel, keys: isCorner ? ["width", "height"] : ["x", "y"], left: event.clientX, top: event.clientY, moved: false,
    before: { x: rect.x.baseVal.value, y: rect.y.baseVal.value, width: rect.width.baseVal.value, height: rect.height.baseVal.value },
    page: svg.viewBox.baseVal,
  };
  svg.setPointerCapture(event.pointerId);
  event.preventDefault();
}

function move(event) {
  if (!drag) return;
  const across = (event.clientX - drag.left) * drag.perPixel;
  const down = (event.clientY - drag.top) * drag.perPixel;
  if (!drag.moved && Math.hypot(across, down) < 1) return;
  drag.moved = true;
  const [first, second] = drag.keys;
  const { before, page } = drag;
  const isMove = first === "x";
  const low = isMove ? 0 : LEAST;
  const wide = isMove ? page.width - before.width : page.width - before.x;
  const high = isMove ? page.height - before.height : page.height - before.y;
  const rect = rectOf(drag.number);
  rect?.setAttribute(first, round(Math.min(Math.max(before[first] + across, low), wide)));
  rect?.setAttribute(second, round(Math.min(Math.max(before[second] + down, low), high)));
  mark();
}

function drop() {
  if (!drag) return;
  const { number, keys, moved } = drag;
  drag = null;
  const details = detailsOf(number);
  if (!moved) {
    details.open = true;
    details.scrollIntoView({ block: "nearest" });
    return;
  }
  for (const key of keys) field(number, key).value = rectOf(number).getAttribute(key);
  field(number, keys[0]).dispatchEvent(new Event("change", { bubbles: true }));
}

function insert(button) {
  const area = document.getElementById(button.parentElement.dataset.for);
  // Where the cursor stands; at the end of what nobody has clicked into yet.
  const end = area.value.length;
  const [from, to] = area.dataset.visited ? [area.selectionStart, area.selectionEnd] : [end, end];
  const wrap = button.dataset.wrap;
  area.setRangeText(wrap ? wrap + area.value.slice(from, to) + wrap : button.dataset.insert, from, to, "end");
  area.focus();
  area.dispatchEvent(new Event("change", { bubbles: true }));
}

form.addEventListener("pointerdown", start);
form.addEventListener("pointermove", move);
form.addEventListener("pointerup", drop);
form.addEventListener("pointercancel", () => { drag = null; });
form.addEventListener("click", (event) => {
  const button = event.target.closest(".insert");
  if (button) insert(button);
});
form.addEventListener("focusin", (event) => {
  event.target.dataset.visited = "yes";
  const box = event.target.closest(".layout-box");
  if (box && box.dataset.number !== chosen) choose(box.dataset.number);
});
form.addEventListener("change", () => { isChanged = true; });
form.addEventListener("submit", () => { isChanged = false; });
window.addEventListener("beforeunload", (event) => { if (isChanged) event.preventDefault(); });
document.body.addEventListener("htmx:afterSwap", () => { reveal(); mark(); showErrors(); });
reveal();
choose(chosen);
