// A unit's order of recommendation, dragged by its handle; the numbers follow and are saved by the form's own button.
// Without this module the numbers are typed and the arrows move one place at a time.

const list = document.querySelector("[data-order]");
if (list && list.querySelector("input")) start(list);

function start(list) {
  let dragged = null;
  for (const row of list.children) {
    const handle = document.createElement("span");
    handle.className = "handle";
    handle.setAttribute("aria-hidden", "true");
    handle.textContent = "⠿";
    row.prepend(handle);
    handle.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      dragged = row;
      row.classList.add("dragged");
      handle.setPointerCapture(event.pointerId);
    });
    handle.addEventListener("pointermove", (event) => {
      if (dragged === row) moveTo(list, row, event.clientY);
    });
    for (const end of ["pointerup", "pointercancel"]) {
      handle.addEventListener(end, () => {
        dragged = null;
        row.classList.remove("dragged");
      });
    }
  }
}

// The dragged row itself stays where it is in the document, for moving it would let go of the pointer: the rows that
// it passes change sides.
function moveTo(list, row, y) {
  const middle = (other) => other.getBoundingClientRect().top + other.offsetHeight / 2;
  let before = row.previousElementSibling;
  while (before && y < middle(before)) {
    row.after(before);
    before = row.previousElementSibling;
  }
  let after = row.nextElementSibling;
  while (after && y > middle(after)) {
    row.before(after);
    after = row.nextElementSibling;
  }
  renumber(list);
}

function renumber(list) {
  [...list.querySelectorAll(".place input")].forEach((input, place) => {
    input.value = place + 1;
  });
}
