// Uploading with its progress in words. The size is looked at before anything is sent; the server looks again, at the
// content too. Without this module the form is sent as any other.

for (const form of document.querySelectorAll("form[data-upload]")) prepare(form);

function prepare(form) {
  const input = form.elements.file;
  const button = form.querySelector("button");
  const fault = form.querySelector("[data-fault]");
  const words = form.querySelector("[data-progress-words]");
  const bar = form.querySelector("progress");

  input.addEventListener("change", () => {
    fault.textContent = tooLarge(form, input.files[0]);
    words.textContent = "";
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const file = input.files[0];
    fault.textContent = file ? tooLarge(form, file) : "请先选择文件，再上传。";
    if (!fault.textContent) send(file);
  });

  function send(file) {
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) tell(Math.round((event.loaded / event.total) * 100), file);
    });
    request.addEventListener("load", () => finish(request));
    request.addEventListener("error", () => fail("网络中断，没有传完。请检查网络后再点一次上传。"));
    button.disabled = true;
    bar.hidden = false;
    tell(0, file);
    window.addEventListener("beforeunload", warn);
    request.send(new FormData(form));
  }

  function tell(percent, file) {
    bar.value = percent;
    words.textContent =
      percent < 100 ? `正在上传 ${size(file.size)}，已传 ${percent}%，请不要关闭本页` : "传完了，正在检查……";
  }

  function finish(request) {
    window.removeEventListener("beforeunload", warn);
    let told = null;
    try {
      told = JSON.parse(request.responseText);
    } catch {
      return fail(
        request.status === 413 ? `文件太大，服务器没有接收。${form.dataset.limitWords}。` : "没有传成，请刷新页面、重新登录后再试。",
      );
    }
    if (told.message) return fail(told.message);
    location.reload();
  }

  function fail(message) {
    window.removeEventListener("beforeunload", warn);
    button.disabled = false;
    bar.hidden = true;
    words.textContent = "";
    fault.textContent = message;
  }
}

function warn(event) {
  event.preventDefault();
}

function tooLarge(form, file) {
  if (!file || file.size <= Number(form.dataset.limit)) return "";
  return `“${file.name}”有 ${size(file.size)}，太大了。${form.dataset.limitWords}，请压缩后再上传。`;
}

function size(bytes) {
  return bytes < 1048576 ? `${Math.ceil(bytes / 1024)} KB` : `${(Math.ceil((bytes * 10) / 1048576) / 10).toFixed(1)} MB`;
}
