// Keeps what is typed in a release's form as a working copy on the server, some seconds after the
// last change. The release itself is not saved. Without this the form works all the same.
import { fieldsOf, isTouched } from "./form_fields.js";

const PAUSE = 3000; // milliseconds without typing
const LONGEST = 10000; // milliseconds that typing goes on before it is kept
const TOO_OFTEN = 429;

function keeper(line) {
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

  // The line shows each time; only a change between kept and not kept is read aloud.
  function say(sentence, now) {
    line.hidden = false;
    shown.textContent = sentence;
    if (now !== state) announced.textContent = now === "kept" ? "Your text is kept." : sentence;
    state = now;
  }

  async function answer(body) {
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
      say(`Unsaved text kept at ${at}. Save to change the release.`, "kept");
    } else if (response.status === TOO_OFTEN) plan();
    else if (response.type === "opaqueredirect") {
      say("You are signed out. Save to sign in again. Your text will still be here.", "out");
    } else say("Your text could not be kept. Save it soon.", "not");
  }

  async function keep() {
    since = 0;
    const body = fieldsOf(form);
    if (isSent || running || body.toString() === kept) return;
    running = new AbortController();
    try {
      await answer(body);
    } catch {
      if (!isSent) say("Your text could not be kept. Save it soon.", "not");
    } finally {
      running = null;
    }
  }

  function plan() {
    if (isSent) return;
    since ||= Date.now();
    clearTimeout(timer);
    timer = setTimeout(keep, Math.max(0, Math.min(PAUSE, since + LONGEST - Date.now())));
  }

  for (const kind of ["input", "change", "formset:added", "formset:removed"]) {
    document.addEventListener(kind, (event) => form.contains(event.target) && plan());
  }
  form.addEventListener("click", (event) => event.target.matches(".mover") && plan());
  form.addEventListener("submit", () => {
    isSent = true;
    clearTimeout(timer);
    running?.abort();
  });
  addEventListener("pageshow", () => (isSent = false));
  if (isTouched(form)) plan();
}

for (const line of document.querySelectorAll("[data-keep]")) keeper(line);
