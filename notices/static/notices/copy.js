// Copies a textarea's HTML so that an editor takes it as formatted text; where the browser refuses, it is selected.

const source = document.querySelector("[data-copy-source]");
const told = document.querySelector("[data-copy-told]");

const asEvent = (html, plain) => {
  let done = false;
  const put = (event) => {
    event.clipboardData.setData("text/html", html);
    event.clipboardData.setData("text/plain", plain);
    event.preventDefault();
    done = true;
  };
  document.addEventListener("copy", put, { once: true });
  document.execCommand("copy");
  document.removeEventListener("copy", put);
  return done;
};

const copy = async (html, plain) => {
  try {
    const kinds = { "text/html": html, "text/plain": plain };
    const blobs = Object.entries(kinds).map(([kind, words]) => [kind, new Blob([words], { type: kind })]);
    await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(blobs))]);
    return true;
  } catch {
    return asEvent(html, plain);
  }
};

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const shown = document.querySelector("[data-copy-plain]");
    if (await copy(source.value, shown ? shown.innerText : source.value)) {
      told.textContent = "已复制。请到公众号后台的正文里粘贴。";
      return;
    }
    source.closest("details")?.setAttribute("open", "");
    source.focus();
    source.select();
    told.textContent = "浏览器不允许自动复制：代码已选中，请按 Ctrl+C 复制，再用公众号编辑器的“HTML”方式粘贴。";
  });
}
