// A judge's score sheet on a phone: steppers, the running total, and saving that says in words where it stands.
// Without this module the same form posts plainly. It runs over plain HTTP in WeChat's browser: no service worker,
// no crypto.randomUUID (design §7, §8). What was typed stays on the device until the server has answered.

const DRAFT_DELAY = 1000;
const RETRY_DELAYS = [2000, 4000, 8000, 15000, 30000];
const PLAIN_MARK = /^[0-9]{1,3}(\.[0-9]{1,2})?$/;

const form = document.querySelector("form[data-sheet]");
const storageKey = (pk) => `mingping.sheet.${pk}`;

const forgotten = document.querySelector("[data-forget-sheet]");
if (forgotten) forget(forgotten.dataset.forgetSheet);
if (form) start(form);

// A page from the back-forward cache has an old submission id and version: fetch a fresh one.
window.addEventListener("pageshow", (event) => {
  if (event.persisted && form) window.location.reload();
});

function forget(pk) {
  try {
    window.localStorage.removeItem(storageKey(pk));
  } catch (error) {
    return; // storage is off in this browser: then nothing was kept either
  }
}

function keep(pk, entries) {
  try {
    window.localStorage.setItem(storageKey(pk), JSON.stringify(entries));
  } catch (error) {
    return;
  }
}

function kept(pk) {
  try {
    return JSON.parse(window.localStorage.getItem(storageKey(pk)));
  } catch (error) {
    return null;
  }
}

function newSubmissionId() {
  const bytes = window.crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Whole hundredths: 27.5 is 2750. Null where the text is no mark.
function hundredths(text) {
  const plain = text.normalize("NFKC");
  if (!PLAIN_MARK.test(plain)) return null;
  const [whole, part = ""] = plain.split(".");
  return Number(whole) * 100 + Number(part.padEnd(2, "0"));
}

function shown(count, step) {
  const digits = count % 10 ? 2 : count % 100 || step % 100 ? 1 : 0;
  const whole = Math.floor(count / 100);
  return digits ? `${whole}.${String(count % 100).padStart(2, "0").slice(0, digits)}` : String(whole);
}

function start(sheet) {
  const controls = Array.from(sheet.querySelectorAll("[data-criterion]"), (box) => makeControl(box, changed));
  const total = document.querySelector("[data-total]");
  const submit = document.querySelector("[data-submit]");
  const pill = document.querySelector("[data-save-state]");
  const note = document.querySelector("[data-save-note]");
  const dialog = document.querySelector("dialog[data-ask]");
  const pk = sheet.dataset.sheet;
  const field = (name) => sheet.elements.namedItem(name);
  let timer = 0;
  let attempt = 0;
  let inFlight = false;
  let sending = null; // the request that has no answer yet: repeated word for word until there is one
  let waitingAct = null;

  const step = Math.min(...controls.map((control) => control.step));

  // Few words beside the title, and a sentence below it when the judge has to do something.
  function say(kind, words, sentence = "") {
    pill.className = `pill state ${kind}`;
    pill.textContent = words;
    note.textContent = sentence;
    note.hidden = !sentence;
  }

  function missing() {
    return controls.filter((control) => control.blank());
  }

  function faulty() {
    return controls.filter((control) => !control.blank() && control.value() === null);
  }

  function redraw() {
    const sum = controls.reduce((whole, control) => whole + (control.value() || 0), 0);
    total.textContent = controls.every((control) => control.blank()) ? "—" : shown(sum, step);
    const open = missing().length;
    const wrong = faulty().length;
    submit.textContent = open ? `还差 ${open} 项` : wrong ? `${wrong} 项要改` : submit.dataset.ready;
    return sum;
  }

  function changed() {
    redraw();
    field("submission_id").value = newSubmissionId();
    if (sheet.dataset.autosave !== "1") {
      say("wait", "修改未提交");
      return;
    }
    say("wait", faulty().length ? "还没有保存" : "待保存");
    if (faulty().length) return;
    window.clearTimeout(timer);
    timer = window.setTimeout(() => send("draft"), DRAFT_DELAY);
  }

  function send(act) {
    window.clearTimeout(timer);
    if (sending) {
      waitingAct = act;
      return;
    }
    const body = new FormData(sheet);
    body.set("act", act);
    sending = { act, body };
    keep(pk, Array.from(body.entries()).filter(([name]) => name !== "csrfmiddlewaretoken"));
    attempt = 0;
    post();
  }

  async function post() {
    if (inFlight) return;
    inFlight = true;
    say("wait", "正在保存…");
    let response;
    try {
      response = await fetch(sheet.action, {
        method: "POST",
        body: sending.body,
        headers: { Accept: "application/json" },
        credentials: "same-origin",
      });
    } catch (error) {
      later();
      return;
    } finally {
      inFlight = false;
    }
    if (response.status >= 500) {
      later();
      return;
    }
    const type = response.headers.get("Content-Type") || "";
    if (!type.includes("application/json")) {
      say("bad", "没有保存", "登录已失效：请刷新页面重新登录，填好的分数还留在这台设备上。");
      sending = null;
      return;
    }
    answer(await response.json());
  }

  function later() {
    say("wait", "待同步", "网络不通，分数先留在这台设备上，恢复后自动保存。");
    const delay = RETRY_DELAYS[Math.min(attempt, RETRY_DELAYS.length - 1)];
    attempt += 1;
    timer = window.setTimeout(post, delay);
  }

  function answer(result) {
    const { act, body } = sending;
    const newer = field("submission_id").value !== body.get("submission_id");
    sending = null;
    forget(pk);
    if (result.outcome === "conflict" || result.outcome === "late") {
      say("bad", result.outcome === "late" ? "已转仲裁" : "有冲突");
      sheet.querySelector("[data-act]").value = act;
      sheet.submit(); // the server shows both versions, or the arbitration note
      return;
    }
    if (result.outcome === "invalid" || result.outcome === "refused") {
      controls.forEach((control) => control.complain(result.errors[control.code] || ""));
      say("bad", "没有保存", result.message);
      return;
    }
    field("base_version").value = result.version;
    if (!newer) field("submission_id").value = newSubmissionId(); // the next save is another one, even of the same marks
    if (result.next) {
      window.location.assign(result.next);
      return;
    }
    say("ok", result.message);
    if (waitingAct || (newer && sheet.dataset.autosave === "1")) {
      const act = waitingAct || "draft";
      waitingAct = null;
      timer = window.setTimeout(() => send(act), act === "draft" ? DRAFT_DELAY : 0);
    }
  }

  function ask(event) {
    const act = event.submitter ? event.submitter.value : "submit";
    if (act === "draft") {
      event.preventDefault();
      if (!pointAtFault(faulty())) send("draft");
      return;
    }
    if (act === "confirm") {
      event.preventDefault();
      dialog.close();
      send("confirm");
      return;
    }
    if (pointAtFault(missing().concat(faulty()))) {
      event.preventDefault();
      return;
    }
    if (!dialog || typeof dialog.showModal !== "function") return; // the server asks instead
    event.preventDefault();
    const list = dialog.querySelector("[data-ask-marks]");
    list.replaceChildren(...controls.map((control) => control.line()));
    dialog.querySelector("[data-ask-total]").textContent = total.textContent;
    dialog.showModal();
  }

  function pointAtFault(wrong) {
    controls.forEach((control) => control.complain(""));
    wrong.forEach((control) => control.complain(control.fault()));
    if (wrong.length) wrong[0].input.focus();
    return wrong.length > 0;
  }

  function replay() {
    const entries = kept(pk);
    if (!entries) return;
    const body = new FormData();
    body.set("csrfmiddlewaretoken", field("csrfmiddlewaretoken").value);
    entries.forEach(([name, value]) => body.set(name, value));
    controls.forEach((control) => control.put(body.get(control.input.name) || ""));
    ["submission_id", "base_version"].forEach((name) => {
      field(name).value = body.get(name);
    });
    redraw();
    sending = { act: body.get("act"), body };
    post();
  }

  sheet.addEventListener("submit", ask);
  window.addEventListener("online", () => {
    if (!sending) return;
    window.clearTimeout(timer);
    post();
  });
  if (dialog) dialog.querySelector("[data-ask-close]").addEventListener("click", () => dialog.close());
  redraw();
  replay();
}

function makeControl(box, changed) {
  const input = box.querySelector("input");
  const error = box.querySelector("[data-error]");
  const quick = Array.from(box.querySelectorAll("[data-quick]"));
  const step = Number(box.dataset.step);
  const max = Number(box.dataset.max);
  const control = {
    code: box.dataset.criterion,
    input,
    step,
    blank: () => input.value.trim() === "",
    value: () => {
      const count = hundredths(input.value);
      return count === null || count > max || count % step ? null : count;
    },
    fault: () => {
      if (control.blank()) return "请填写分数。";
      return control.value() === null ? `请填 0 至 ${shown(max, 100)} 之间、间隔 ${shown(step, step)} 的分数。` : "";
    },
    complain: (words) => {
      error.textContent = words;
      error.hidden = !words;
      input.setAttribute("aria-invalid", words ? "true" : "false");
      box.classList.toggle("bad", Boolean(words));
    },
    put: (text) => {
      input.value = text;
      press();
    },
    line: () => {
      const item = document.createElement("li");
      const name = document.createElement("span");
      const mark = document.createElement("b");
      name.textContent = box.dataset.title;
      mark.textContent = shown(control.value(), step);
      item.append(name, mark);
      return item;
    },
  };

  function press() {
    const count = control.value();
    quick.forEach((button) => button.setAttribute("aria-pressed", String(Number(button.dataset.quick) === count)));
  }

  function set(count) {
    input.value = shown(Math.max(0, Math.min(max, count)), step);
    control.complain("");
    press();
    changed();
  }

  box.querySelectorAll("[data-move]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      const count = control.value();
      set(count === null ? Number(box.dataset.first) : count + Number(button.dataset.move) * step);
    });
  });
  box.querySelector(".stepper").classList.add("live");
  box.querySelector(".quick").hidden = false;
  quick.forEach((button) => button.addEventListener("click", () => set(Number(button.dataset.quick))));
  box.querySelector("[data-keypad]").addEventListener("click", () => {
    input.focus();
    input.select();
  });
  input.addEventListener("input", () => {
    control.complain("");
    press();
    changed();
  });
  input.addEventListener("change", () => {
    if (control.value() === null) control.complain(control.blank() ? "" : control.fault());
    else input.value = shown(control.value(), step);
  });
  return control;
}
