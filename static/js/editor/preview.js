// Shows a text as the site will, next to its editor.
import { element } from "./dom.js";

const PAUSE = 400; // milliseconds without typing
const PAUSE_PER_CHARACTER = 0.02; // long texts are rendered less often
const TOO_LONG = 413;

export class Preview {
  constructor(label, address, token) {
    this.address = address;
    this.token = token;
    this.root = element("div", {
      class: "editor-preview release-text", role: "region", tabindex: "0", hidden: true,
      "aria-label": `Preview of ${label}`,
    });
  }

  get isShown() {
    return !this.root.hidden;
  }

  show(isShown, text) {
    this.root.hidden = !isShown;
    clearTimeout(this.timer);
    if (isShown) this.#render(text);
  }

  update(text) {
    clearTimeout(this.timer);
    if (this.isShown) this.timer = setTimeout(() => this.#render(text), PAUSE + text.length * PAUSE_PER_CHARACTER);
  }

  async #render(text) {
    this.running?.abort();
    this.running = new AbortController();
    try {
      const response = await fetch(this.address, {
        method: "POST",
        body: new URLSearchParams({ text }),
        headers: { "X-CSRFToken": this.token },
        redirect: "manual",
        signal: this.running.signal,
      });
      if (response.ok) this.root.innerHTML = await response.text();
      else this.root.textContent = sentence(response);
    } catch (error) {
      if (error.name !== "AbortError") this.root.textContent = "The preview cannot be reached right now.";
    }
  }
}

function sentence(response) {
  if (response.type === "opaqueredirect") return "You are signed out. Save to sign in again.";
  if (response.status === TOO_LONG) return "The text is too long for a preview.";
  return "The preview cannot be shown right now.";
}
