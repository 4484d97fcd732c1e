// Keeps the panel above a release's form up to date with what is typed: checklist, and the moment
// named on the schedule button. Nothing is saved.
import { fieldsOf } from "./form_fields.js";

const PAUSE = 1200; // milliseconds without typing

function keepUpToDate(panel) {
  const form = panel.closest("form");
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const named = form.querySelector("[name=named]");
  const schedule = form.querySelector('button[value$=" schedule"]');
  const now = form.querySelector('button[value$=" now"]');
  const error = panel.querySelector("[data-moment-error]");
  const said = panel.querySelector("[data-checklist-said]");
  const first = form.querySelector("[data-primary-button]");
  const others = panel.querySelector("[data-other-buttons]");
  const moment = [...panel.querySelectorAll("[data-named-on]")];
  const typedMoment = () => moment.map((field) => field.value).join(" ");
  let typed = typedMoment();
  let timer = 0;
  let running = null;

  function makePrimary(button) {
    const before = first.firstElementChild;
    if (!button || !before || before === button) return;
    before.classList.remove("default");
    others.prepend(before);
    button.classList.add("default");
    first.append(button);
  }

  function nameMoment(label, at, problem) {
    if (!schedule) return;
    schedule.textContent = label;
    named.value = at;
    error.textContent = problem;
    error.hidden = !problem;
    if (form.querySelector("[data-primary-button] button")) makePrimary(at ? schedule : now);
  }

  function show({ html, count, schedule: label, named: at, error: problem, notes, paragraphs }) {
    const list = panel.querySelector("[data-checklist]");
    if (list && list.innerHTML.trim() !== html.trim()) {
      list.innerHTML = html;
      said.textContent = `${count} to check`;
    }
    for (const number of form.querySelectorAll("[data-checklist-count]")) number.textContent = count;
    nameMoment(label, at, problem);
    if (paragraphs) document.dispatchEvent(new CustomEvent("paragraphs", { detail: paragraphs }));
    panel.querySelector("[data-moment-notes]")?.replaceChildren(...notes.map(paragraph));
  }

  async function check() {
    running?.abort();
    running = new AbortController();
    const fields = fieldsOf(form);
    fields.delete("named");
    try {
      const response = await fetch(panel.dataset.check, {
        method: "POST",
        body: fields,
        headers: { "X-CSRFToken": token },
        redirect: "manual",
        signal: running.signal,
      });
      if (response.ok) show(await response.json());
    } catch {
      // Offline, or overtaken by a newer request: the next change sends another.
    }
  }

  function onChange(event) {
    if (!form.contains(event.target)) return;
    // A field that is left reports the change again, while the button is being pressed.
    if (typedMoment() !== typed) nameMoment("Schedule …", "", "");
    typed = typedMoment();
    clearTimeout(timer);
    timer = setTimeout(check, PAUSE);
  }

  for (const kind of ["input", "change", "formset:added", "formset:removed"]) {
    document.addEventListener(kind, onChange);
  }
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    running?.abort();
  });
  panel.addEventListener("click", (event) => {
    const link = event.target.closest("[data-field]");
    if (link && goTo(link.dataset.field)) event.preventDefault();
  });
}

function paragraph(sentence) {
  const line = document.createElement("p");
  line.textContent = sentence;
  return line;
}

// Moves to the field, or to the editor that stands in its place.
function goTo(name) {
  const field = document.getElementById(`id_${name}`) ?? document.getElementById(name);
  if (!field) return false;
  const place = field.closest(".form-row") ?? field;
  const shown = field.offsetParent ? field : place.querySelector("[contenteditable=true], input");
  place.scrollIntoView({ block: "start" });
  (shown ?? field).focus({ preventScroll: true });
  return true;
}

// Adds the browser's own picker to the text field for the time.
function addPicker(field) {
  const picker = document.createElement("input");
  Object.assign(picker, { type: "time", tabIndex: -1, className: "time-picker" });
  picker.setAttribute("aria-hidden", "true");
  if (!picker.showPicker) return;
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "button", textContent: "Pick a time" });
  button.addEventListener("click", () => picker.showPicker());
  picker.addEventListener("input", () => {
    field.value = picker.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  field.after(" ", button, picker);
}

for (const panel of document.querySelectorAll("[data-check]")) keepUpToDate(panel);
for (const field of document.querySelectorAll(".publish-moment [name=release_time]")) addPicker(field);
