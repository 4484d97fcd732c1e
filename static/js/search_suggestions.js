// Suggests topics and releases below the search field while somebody types. Without this script
// the form is a plain one. The pattern is the combobox of the ARIA Authoring Practices Guide, with
// a list: https://www.w3.org/WAI/ARIA/apg/patterns/combobox/
const PAUSE = 120; // milliseconds without a key before the server is asked

class Suggestions {
  constructor(form) {
    this.form = form;
    this.field = form.elements.q;
    this.status = document.createElement("p");
    this.status.className = "visually-hidden";
    this.status.setAttribute("role", "status");
    this.list = document.createElement("ul");
    this.field.parentElement.append(this.list);
    this.list.className = "suggestions";
    this.list.id = "suggestions";
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", form.dataset.heading);
    for (const [name, value] of [
      ["role", "combobox"],
      ["aria-autocomplete", "list"],
      ["aria-controls", this.list.id],
      ["aria-expanded", "false"],
    ]) {
      this.field.setAttribute(name, value);
    }
    this.field.addEventListener("focus", () => this.form.append(this.status), { once: true });
    this.field.addEventListener("input", () => this.askSoon());
    this.field.addEventListener("keydown", (event) => this.press(event));
    this.field.addEventListener("blur", () => this.close());
    // A press on an option would take the focus away, and close the list before the click.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.open(event.target.closest("li")));
  }

  get options() {
    return [...this.list.children];
  }

  get current() {
    return this.options.findIndex((option) => option.ariaSelected === "true");
  }

  askSoon() {
    clearTimeout(this.timer);
    this.request?.abort();
    this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  async ask() {
    const typed = this.field.value.trim();
    if (typed.length < 2) return this.close();
    this.request = new AbortController();
    const address = `${this.form.dataset.suggestions}?${new URLSearchParams({ q: typed })}`;
    try {
      const response = await fetch(address, { signal: this.request.signal });
      if (response.ok) this.show((await response.json()).suggestions);
      else this.close();
    } catch {
      this.close(); // aborted by the next key, or offline
    }
  }

  show(suggestions) {
    if (!suggestions.length || document.activeElement !== this.field) return this.close();
    this.list.replaceChildren(...suggestions.map((each, place) => this.option(each, place)));
    this.list.hidden = false;
    this.field.setAttribute("aria-expanded", "true");
    this.field.removeAttribute("aria-activedescendant");
    this.status.textContent = `${this.form.dataset.heading}: ${suggestions.length}`;
  }

  option({ kind, label, language, number, address }, place) {
    const option = document.createElement("li");
    option.id = `suggestion-${place}`;
    option.dataset.address = address;
    option.setAttribute("role", "option");
    option.ariaSelected = "false";
    const words = option.appendChild(document.createElement("span"));
    words.textContent = label;
    if (language) words.lang = language;
    const detail = option.appendChild(document.createElement("span"));
    detail.className = "suggestion-detail";
    detail.textContent = kind === "topic" ? this.form.dataset.topic : number;
    return option;
  }

  press(event) {
    if (event.isComposing || this.list.hidden) return;
    const last = this.options.length - 1;
    const moves = {
      ArrowDown: this.current === last ? -1 : this.current + 1,
      ArrowUp: this.current === -1 ? last : this.current - 1,
    };
    if (event.key in moves) this.select(moves[event.key]);
    else if (event.key === "Enter" && this.current >= 0) this.open(this.options[this.current]);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
  }

  select(place) {
    this.options.forEach((option, other) => (option.ariaSelected = String(other === place)));
    const option = this.options[place];
    if (option) this.field.setAttribute("aria-activedescendant", option.id);
    else this.field.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  }

  open(option) {
    if (option) location.assign(option.dataset.address);
  }

  close() {
    clearTimeout(this.timer);
    this.list.hidden = true;
    this.list.replaceChildren();
    this.status.textContent = "";
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
  }
}

for (const form of document.querySelectorAll("form[data-suggestions]")) new Suggestions(form);
