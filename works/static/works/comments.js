// Keeps a reviewer's comments as they are written: nothing that was typed is lost when the marks are submitted.
const form = document.querySelector("[data-comments]");
const state = form.querySelector("[data-comments-state]");
const seen = form.querySelector("input[name=seen]");
let pending = Promise.resolve();
let timer = 0;
let dirty = false;

function say(words, tone) {
  state.hidden = false;
  state.className = `pill ${tone}`;
  state.textContent = words;
}

async function save() {
  if (!dirty) return;
  dirty = false;
  say("保存中", "wait");
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new FormData(form),
      headers: { Accept: "application/json" },
      keepalive: true,
    });
    const told = await answer.json();
    if (told.outcome === "saved") {
      seen.value = told.version;
      if (!dirty) say("意见已保存", "ok");
    } else {
      say(told.message, "bad");
    }
  } catch {
    dirty = true;
    say("没有网络，意见还没有保存", "bad");
  }
}

function queue() {
  clearTimeout(timer);
  pending = pending.then(save);
}

form.addEventListener("input", () => {
  dirty = true;
  say("还没有保存", "wait");
  clearTimeout(timer);
  timer = setTimeout(queue, 2000);
});
form.addEventListener("change", queue);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  dirty = true;
  queue();
});
addEventListener("online", queue);
