// Stores the input of a release's form as a working copy on the server, some seconds after the last
// change. The release itself is not saved.
import { fieldsOf, isTouched } from "./form_fields.js";

const PAUSE = 3000; // milliseconds without typing
const MAX_DELAY = 10000; // milliseconds of continuous typing before it is stored
const TOO_MANY_REQUESTS = 429;

function autosave(line) {
  const form = line.closest("form");
  const shown = line.querySelector("[data-said]");
  const announced = line.querySelector("[role=status]");
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  let kept = null;
  let timer = 0;
  let since = 0;
  let running = null;
  let isSent = false;
  let state = "";

  // The line shows every result; screen readers announce only a change of state.
  function report(sentence, now) {
    line.hidden = false;
    shown.textContent = sentence;
    if (now !== state) announced.textContent = now === "kept" ? "Your text is kept." : sentence;
    state = now;
  }

  async function store(body) {
    const response = await fetch(line.dataset.keep, {
      method: "POST",
      body,
      headers: { "X-CSRFToken": token },
      redirect: "manual",
      signal: running.signal,
    });
    if (response.ok) {
      const { at } = await response.json();
      kept = body.toString();
      report(`Unsaved text kept at ${at.replace(/\.$/, "")}. Save to change the release.`, "kept");
    } else if (response.status === TOO_MANY_REQUESTS) schedule();
    else if (response.type === "opaqueredirect") {
      report("You are signed out. Save to sign in again. Your text will still be here.", "out");
    } else report("Your text could not be kept. Save it soon.", "not");
  }

  async function save() {
    since = 0;
    const body = fieldsOf(form);
    if (isSent || running || body.toString() === kept) return;
    running = new AbortController();
    try {
      await store(body);
    } catch {
      if (!isSent) report("Your text could not be kept. Save it soon.", "not");
    } finally {
      running = null;
    }
  }

  function schedule() {
    if (isSent) return;
    since ||= Date.now();
    clearTimeout(timer);
    timer = setTimeout(save, Math.max(0, Math.min(PAUSE, since + MAX_DELAY - Date.now())));
  }

  for (const kind of ["input", "change", "formset:added", "formset:removed"]) {
    document.addEventListener(kind, (event) => form.contains(event.target) && schedule());
  }
  form.addEventListener("click", (event) => event.target.matches(".mover") && schedule());
  form.addEventListener("submit", () => {
    isSent = true;
    clearTimeout(timer);
    running?.abort();
  });
  addEventListener("pageshow", () => (isSent = false));
  if (isTouched(form)) schedule();
}

for (const line of document.querySelectorAll("[data-keep]")) autosave(line);
