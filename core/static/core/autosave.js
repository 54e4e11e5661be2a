// A form that keeps itself: a second and a half after the last stroke what was typed is saved as a draft, and the page
// says so. Without this module the button saves. What another window changed meanwhile is never overwritten.
//
// The form's `data-autosave` is the address, `data-what` names what it is in words (这份报名); it has a field base_version
// with the version that was seen, and an element [data-saved] for the words.

const PAUSE = 1500;
const RETRY = 8000;

export function start(form) {
  const words = form.querySelector("[data-saved]");
  const version = form.elements.base_version;
  const what = form.dataset.what || "这一页";
  let timer = 0;
  let saving = false;
  let changed = "conflict" in form.dataset;
  let stopped = changed;
  let submitted = false;

  say(changed ? "未保存" : "改动会自动保存为草稿", changed);
  form.addEventListener("input", touched);
  form.addEventListener("change", touched);
  form.addEventListener("submit", () => {
    submitted = true;
    clearTimeout(timer);
  });
  window.addEventListener("pagehide", () => {
    if (changed && !stopped && !submitted) send({ keepalive: true }).catch(() => {});
  });
  window.addEventListener("online", () => {
    if (changed && !stopped) save();
  });
  // A page that comes back out of the browser's memory may be older than what is stored.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted && !changed) location.reload();
  });

  function touched() {
    changed = true;
    if (stopped) return;
    say("未保存", true);
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  }

  async function save() {
    if (saving || submitted) return;
    saving = true;
    changed = false;
    say("正在保存……", true);
    try {
      const answer = await send({});
      if (answer.type === "opaqueredirect" || answer.status === 403) return stop("未保存：登录已失效，请另开一页登录，再回来保存");
      const told = await answer.json();
      if (answer.ok) {
        version.value = told.version;
        say(changed ? "未保存" : `已保存 ${told.at}`, changed);
      } else if (told.state === "conflict") {
        return stop(`未保存：${what}在另一个窗口改过，请按“保存草稿”对照两份内容`);
      } else {
        return stop(`未保存：${told.message}`);
      }
    } catch {
      changed = true;
      say("未保存：网络不通，正在重试", true);
      timer = setTimeout(save, RETRY);
      return;
    } finally {
      saving = false;
    }
    if (changed) timer = setTimeout(save, PAUSE);
  }

  function send(options) {
    const body = new URLSearchParams(new FormData(form));
    return fetch(form.dataset.autosave, { method: "POST", body, redirect: "manual", ...options });
  }

  function stop(text) {
    changed = true;
    stopped = true;
    say(text, true);
  }

  function say(text, isOpen) {
    words.textContent = text;
    words.classList.toggle("waiting", isOpen);
  }
}
