// Large files in pieces by tus 1.0.0 (docs/architecture.md, Uploads). What is told as received is what the server has
// confirmed; after a break, a reload or another day it goes on from there. Without this module the form is sent as any
// other. The markup is upload.html.

const VERSION = { "Tus-Resumable": "1.0.0" };
const SMALLEST = 256 * 1024;
const LARGEST = 16 * 1024 * 1024;
const WAITS = [1, 2, 4, 8, 15, 30]; // seconds between attempts
const PATIENCE = 90_000; // of one request
const REMEMBERED = "upload:";

for (const form of document.querySelectorAll("form[data-resumable]")) new Upload(form).begin();

function Upload(form) {
  const input = form.querySelector("input[type=file]");
  const part = (name) => form.querySelector(`[data-upload-${name}]`);
  const key = `${REMEMBERED}${form.dataset.purpose}:${form.dataset.target}`;
  let file = null;
  let place = "";
  let offset = 0;
  let piece = 1024 * 1024;
  let state = "idle"; // running, waiting, paused, examining
  let turn = 0; // what an earlier turn still has under way is not listened to
  let stop = null;
  let speed = 0;

  this.begin = () => {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      choose(input.files[0]);
    });
    input.addEventListener("change", () => fault(input.files[0] ? tooLarge(input.files[0]) : ""));
    part("pause").addEventListener("click", pause);
    part("resume").addEventListener("click", resume);
    part("cancel").addEventListener("click", cancel);
    window.addEventListener("beforeunload", (event) => ["running", "waiting"].includes(state) && event.preventDefault());
    const known = recall();
    if (known) lookUp(known);
  };

  async function lookUp(known) {
    const answer = await ask("GET", known.place).catch(() => null);
    if (!answer || answer.status === 401 || answer.status === 403) return remind(known);
    if (!answer.ok) return forget();
    const told = await answer.json();
    place = known.place;
    if (told.state === "receiving") return remind({ ...known, offset: told.offset });
    if (["received", "examining", "parked"].includes(told.state)) return examine();
    forget();
    if (told.state === "refused") fault(told.message);
  }

  function remind(known) {
    const share = known.offset === undefined ? "" : `，已收到 ${percent(known.offset, known.size)}`;
    show("reminder");
    words(`“${known.name}”还没有传完${share}。请再选一次这个文件，点“上传”，从断开的地方继续。`);
  }

  async function choose(chosen) {
    const refused = chosen ? tooLarge(chosen) || (chosen.size ? "" : `“${chosen.name}”是空文件（0 字节），请重新选择。`) : "请先选择文件，再上传。";
    fault(refused);
    if (refused || state !== "idle") return;
    file = chosen;
    const known = recall();
    if (known && known.print === print(file)) place = known.place;
    else if (known) {
      await ask("DELETE", known.place).catch(() => null);
      forget();
    }
    run();
  }

  async function run() {
    const mine = ++turn;
    enter("running");
    for (let failures = 0; mine === turn; ) {
      try {
        if (place) await find();
        else await create();
        if (mine !== turn) return;
        enter("running");
        while (mine === turn && offset < file.size) {
          await send();
          failures = 0;
        }
        if (mine === turn) examine();
        return;
      } catch (error) {
        if (mine !== turn) return;
        if (error instanceof Refused) return give(error);
        if (error instanceof StartAgain) forget();
        if (!(error instanceof Elsewhere) || failures) enter("waiting", error.why || "网络断了。");
        if (!(error instanceof Elsewhere)) piece = Math.max(SMALLEST, piece / 2);
        await rest(failures);
        failures += 1;
      }
    }
  }

  async function create() {
    const told = { filename: file.name, purpose: form.dataset.purpose, target: form.dataset.target };
    const metadata = Object.entries(told).map(([name, value]) => `${name} ${encoded(value)}`);
    const headers = { "Upload-Length": String(file.size), "Upload-Metadata": metadata.join(",") };
    const answer = await ask("POST", form.dataset.resumable, headers);
    await judge(answer, "POST");
    place = answer.headers.get("Location");
    offset = 0;
    remember();
  }

  async function find() {
    const answer = await ask("HEAD", place);
    await judge(answer, "HEAD");
    if (Number(answer.headers.get("Upload-Length")) !== file.size) throw new StartAgain();
    offset = Number(answer.headers.get("Upload-Offset"));
    progress();
  }

  async function send() {
    const begun = performance.now();
    const size = Math.min(piece, file.size - offset);
    const body = await read(size);
    const headers = { "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" };
    const digest = await checksum(body);
    if (digest) headers["Upload-Checksum"] = digest;
    const mine = turn;
    const answer = await ask("PATCH", place, headers, body);
    if (mine !== turn) return;
    await judge(answer, "PATCH");
    offset = Number(answer.headers.get("Upload-Offset"));
    const seconds = Math.max(0.001, (performance.now() - begun) / 1000);
    speed = speed ? speed * 0.8 + (size / seconds) * 0.2 : size / seconds;
    // Pieces of a few seconds: the figure moves, and little is sent twice after a break.
    piece = Math.min(LARGEST, Math.max(SMALLEST, seconds < 2 ? piece * 2 : seconds > 8 ? piece / 2 : piece));
    progress();
  }

  async function read(size) {
    try {
      return await file.slice(offset, offset + size).arrayBuffer();
    } catch {
      throw new Refused(`“${file.name}”读不出来了：它可能被改过、移走，或所在的盘已拔出。请重新选择文件。`);
    }
  }

  // Answers that are neither what we want nor a break of the network: go on elsewhere, wait, or tell.
  async function judge(answer, method) {
    if (answer.ok) return;
    if (answer.status === 423)
      throw Object.assign(new Error("busy"), { why: "上一段还没有写完，或者另一个页面也在传这个文件。" });
    if ([404, 410].includes(answer.status) && method !== "POST") throw new StartAgain();
    if ([409, 460].includes(answer.status) && method === "PATCH") throw new Elsewhere();
    if ([408, 429].includes(answer.status)) throw Object.assign(new Error("later"), { why: "服务器正忙。" });
    if (answer.status === 401 || answer.status === 403)
      throw new Refused("登录已失效。请在新的页面重新登录，再刷新本页、选同一个文件，从断开的地方继续。");
    if (answer.status >= 500 && answer.status !== 507)
      throw Object.assign(new Error("later"), { why: "服务器暂时没有应答。" });
    const told = await answer.json().catch(() => ({}));
    throw new Refused(told.message || "没有传成，请刷新页面后再试。");
  }

  async function examine() {
    const mine = ++turn;
    enter("examining");
    for (let waited = 0; mine === turn; waited += 1) {
      const answer = await ask("GET", place).catch(() => null);
      const told = answer && answer.ok ? await answer.json() : { state: "" };
      if (told.state === "parked") return words("文件已经收到，但检查没有完成，工作人员会处理。可以离开本页，不用重传。");
      if (told.state === "refused" || (answer && [404, 410].includes(answer.status))) {
        forget();
        return give(new Refused(told.message || "这次上传已经结束，请重新选择文件。"));
      }
      if (told.state === "ready") {
        forget();
        state = "idle";
        if (form.dispatchEvent(new CustomEvent("upload-ready", { bubbles: true, cancelable: true }))) location.reload();
        return;
      }
      await new Promise((done) => setTimeout(done, waited < 10 ? 1000 : 4000));
    }
  }

  // Shorter when the network comes back.
  function rest(failures) {
    const seconds = WAITS[Math.min(failures, WAITS.length - 1)];
    return new Promise((done) => {
      setTimeout(done, seconds * 1000);
      window.addEventListener("online", done, { once: true });
    });
  }

  function pause() {
    turn += 1;
    stop?.abort();
    enter("paused");
  }

  function resume() {
    if (file) run();
  }

  async function cancel() {
    turn += 1;
    stop?.abort();
    if (place) await ask("DELETE", place).catch(() => null);
    forget();
    enter("idle");
    input.value = "";
  }

  function give(refused) {
    enter("idle");
    fault(refused.message);
  }

  function ask(method, address, headers = {}, body = undefined) {
    stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), PATIENCE);
    const token = form.querySelector("input[name=csrfmiddlewaretoken]").value;
    const all = { ...VERSION, "X-CSRFToken": token, Accept: "application/json", ...headers };
    const options = { method, headers: all, body, signal: stop.signal, credentials: "same-origin", cache: "no-store" };
    return fetch(address, options).finally(() => clearTimeout(timer));
  }

  function enter(next, why = "") {
    state = next;
    if (next === "idle") {
      show("idle");
      words("");
      return;
    }
    fault("");
    show(next);
    progress(why);
  }

  function progress(why = "") {
    const bar = part("bar");
    bar.max = file ? file.size : 1;
    bar.value = file ? offset : 1;
    const received = file ? `已收到 ${percent(offset, file.size)}（${size(offset)} / ${size(file.size)}）` : "";
    if (state === "running") words(`正在上传，${received}${left()}。`);
    else if (state === "waiting") words(`${why}${received}，不会从头再来，正在自动重试……`);
    else if (state === "paused") words(`已暂停，${received}。`);
    else if (state === "examining") words("已全部收到，正在检查文件……可以离开本页，过一会儿再来看结果。");
  }

  function left() {
    const seconds = speed ? (file.size - offset) / speed : 0;
    if (seconds < 20) return "";
    return seconds < 90 ? `，约还要 ${Math.ceil(seconds / 10) * 10} 秒` : `，约还要 ${Math.ceil(seconds / 60)} 分钟`;
  }

  function show(what) {
    const busy = ["running", "waiting", "paused", "examining"].includes(what);
    part("choice").hidden = busy;
    part("bar").hidden = !busy;
    part("pause").hidden = !["running", "waiting"].includes(what);
    part("resume").hidden = what !== "paused";
    part("cancel").hidden = !["running", "waiting", "paused"].includes(what);
  }

  function words(text) {
    part("words").textContent = text;
  }

  function fault(text) {
    part("fault").textContent = text;
  }

  function tooLarge(chosen) {
    if (chosen.size <= Number(form.dataset.limit)) return "";
    return `“${chosen.name}”有 ${size(chosen.size)}，这里最大收 ${size(Number(form.dataset.limit))}，请压缩后再上传。`;
  }

  function remember() {
    const known = { place, print: print(file), name: file.name, size: file.size };
    keep(() => localStorage.setItem(key, JSON.stringify(known)));
  }

  function recall() {
    return keep(() => JSON.parse(localStorage.getItem(key)));
  }

  function forget() {
    place = "";
    offset = 0;
    keep(() => localStorage.removeItem(key));
  }
}

class Refused extends Error {}
// The upload is gone from the server: begun anew.
class StartAgain extends Error {}
// It stands elsewhere than we thought, or a piece came changed: asked, and gone on from there.
class Elsewhere extends Error {}

// A browser that keeps nothing, as in private windows, uploads all the same.
function keep(act) {
  try {
    return act();
  } catch {
    return null;
  }
}

function print(file) {
  return [file.name, file.size, file.lastModified].join("|");
}

function encoded(text) {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

// Only where the page is secure; TCP's own sums are all there is elsewhere.
async function checksum(body) {
  if (!globalThis.crypto?.subtle) return "";
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", body));
  return `sha256 ${btoa(String.fromCharCode(...digest))}`;
}

function percent(done, whole) {
  return `${Math.floor((done / whole) * 100)}%`;
}

function size(bytes) {
  if (bytes < 1048576) return `${Math.ceil(bytes / 1024)} KB`;
  if (bytes < 1073741824) return `${(Math.ceil((bytes * 10) / 1048576) / 10).toFixed(1)} MB`;
  return `${(Math.ceil((bytes * 100) / 1073741824) / 100).toFixed(2)} GB`;
}
