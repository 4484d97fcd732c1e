// Opens the library of images in a dialog on a release's form, so that what is typed stays.
import { crop } from "./cropped.js";

const FAILED = "The library could not be read. Check your connection and try again.";

function makeDialog() {
  const dialog = document.createElement("dialog");
  dialog.className = "library-dialog";
  dialog.setAttribute("aria-label", "Earlier pictures");
  const close = document.createElement("button");
  Object.assign(close, { type: "button", className: "button", textContent: "Close" });
  close.addEventListener("click", () => dialog.close());
  const status = document.createElement("p");
  status.setAttribute("role", "status");
  const content = document.createElement("div");
  dialog.append(close, status, content);
  document.body.append(dialog);
  return { dialog, status, content };
}

export function offerLibrary(link, add) {
  if (!link || !window.HTMLDialogElement) return;
  const token = link.closest("form").querySelector("[name=csrfmiddlewaretoken]").value;
  let parts = null;

  async function load(address) {
    const { status, content } = parts;
    try {
      const response = await fetch(address);
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const found = page.querySelector("[data-library]");
      status.textContent = found ? "" : FAILED;
      if (!found) return;
      content.replaceChildren(document.adoptNode(found));
      crop(content);
    } catch {
      status.textContent = FAILED;
    }
  }

  async function use(form) {
    const { dialog, status } = parts;
    status.textContent = "Being added …";
    try {
      const headers = { "X-CSRFToken": token, Accept: "application/json" };
      const response = await fetch(form.action, { method: "POST", body: new FormData(form), headers });
      const answer = await response.json();
      status.textContent = answer.reason ?? "";
      if (!answer.handle) return;
      dialog.close();
      add(answer);
    } catch {
      status.textContent = FAILED;
    }
  }

  function onSubmit(event) {
    event.preventDefault();
    const form = event.target;
    if (form.method === "post") use(form);
    else load(`${link.pathname}?${new URLSearchParams(new FormData(form))}`);
  }

  function onClick(event) {
    const page = event.target.closest(".library-pages a");
    if (!page) return;
    event.preventDefault();
    load(new URL(page.getAttribute("href"), link.href));
  }

  link.addEventListener("click", async (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (!parts) {
      parts = makeDialog();
      parts.content.addEventListener("submit", onSubmit);
      parts.content.addEventListener("click", onClick);
    }
    parts.dialog.showModal();
    await load(link.href);
    parts.content.querySelector("input[type=search]")?.focus();
  });
}
