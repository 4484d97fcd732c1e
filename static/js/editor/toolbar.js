// The toolbar above an editor: one stop of the Tab key, arrow keys within.
import * as commands from "./commands.js";
import { element, icon } from "./dom.js";

const IS_MAC = /Mac|iPhone|iPad/.test(navigator.platform);
const KEY = IS_MAC ? "⌘" : "Ctrl+";

const FORMATS = [
  { label: "Bold", key: `${KEY}B`, path: "M6 4h5a3 3 0 0 1 0 6H6zm0 6h6a3 3 0 0 1 0 6H6z", ...commands.bold },
  { label: "Italic", key: `${KEY}I`, path: "M9 4h6M5 16h6M12 4 8 16", ...commands.italic },
  { label: "Link", key: `${KEY}K`, path: "M8 12l4-4M9 6l2-2a3.5 3.5 0 0 1 5 5l-2 2M11 14l-2 2a3.5 3.5 0 0 1-5-5l2-2", ...commands.link, name: "link" },
  { label: "Bulleted list", key: `${KEY}Shift+8`, path: "M8 5h9M8 10h9M8 15h9M3.5 5h.01M3.5 10h.01M3.5 15h.01", ...commands.bullets },
  { label: "Numbered list", key: `${KEY}Shift+7`, path: "M9 5h8M9 10h8M9 15h8M3 4l1-1v4M3 12h2l-2 3h2", ...commands.numbers },
  { label: "Nest item", key: `${KEY}]`, path: "M3 4h14M9 10h8M3 16h14M3 8l3 2-3 2", ...commands.indent, isFor: commands.inList },
  { label: "Lift item", key: `${KEY}[`, path: "M3 4h14M9 10h8M3 16h14M6 8l-3 2 3 2", ...commands.outdent, isFor: commands.inList },
  { label: "Quote", key: `${KEY}Shift+9`, path: "M4 4v12M8 6h9M8 10h9M8 14h6", ...commands.quote },
  { label: "Table", path: "M3 4h14v12H3zM3 8h14M8 4v12M13 4v12", ...commands.table },
  { label: "Undo", key: `${KEY}Z`, path: "M7 5 3 9l4 4M3 9h9a5 4 0 0 1 0 7h-2", ...commands.undoing },
  { label: "Redo", key: IS_MAC ? "⇧⌘Z" : "Ctrl+Y", path: "m13 5 4 4-4 4M17 9H8a5 4 0 0 0 0 7h2", ...commands.redoing },
  { label: "Section heading", path: "M4 4v6M10 4v6M4 7h6M4 15h12M13 5h3", name: "section", isOff: commands.isNoHeading },
];
const OF_TABLES = Object.entries(commands.ofTables).map(([label, run]) => ({ label, run, isFor: commands.isInTable }));

// Buttons that stay where the text is shown as Markdown.
const VIEWS = [
  { name: "markdown", label: "Markdown", isToggle: true },
  { name: "preview", label: "Preview", isToggle: true },
  { name: "help", label: "Help" },
];

export class Toolbar {
  // `run` gets the definition of the pressed button; `without` names tools that the text cannot use.
  constructor(label, run, without = []) {
    this.root = element("div", { class: "editor-bar", role: "toolbar", "aria-label": `Tools of ${label}` });
    const formats = FORMATS.filter(({ name }) => !without.includes(name));
    this.buttons = [
      ...this.#group("", formats, true),
      ...this.#group("", VIEWS, false),
      ...this.#group("of-tables", OF_TABLES, true),
    ];
    for (const about of this.buttons) {
      const { button } = about;
      button.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the selection
      button.addEventListener("click", () => {
        if (button.getAttribute("aria-disabled") !== "true") run(about);
      });
    }
    this.root.addEventListener("keydown", (event) => this.#move(event));
    this.root.addEventListener("focusin", (event) => this.#stopAt(event.target.closest("button")));
    this.#stopAt(this.buttons[0].button);
  }

  focus() {
    this.root.querySelector("[tabindex='0']").focus();
  }

  // Shows what is on at the cursor, and only the buttons that are for it.
  update(state, isMarkdown) {
    for (const { button, isFormat, isFor, isOn, isOff, run } of this.buttons) {
      if (!isFormat) continue;
      button.hidden = isMarkdown || (isFor ? !isFor(state) : false);
      if (isOn) button.setAttribute("aria-pressed", isOn(state));
      const off = isOff ? isOff(state) : Boolean(run) && !isOn && !run(state);
      button.setAttribute("aria-disabled", off);
    }
    const stop = this.root.querySelector("[tabindex='0']");
    if (stop.hidden) this.#stopAt(this.#shown()[0]);
  }

  press(name, isPressed) {
    const { button } = this.buttons.find((each) => each.name === name);
    button.setAttribute("aria-pressed", isPressed);
  }

  disable(name) {
    this.buttons.find((each) => each.name === name).button.setAttribute("aria-disabled", "true");
  }

  #group(name, tools, isFormat) {
    const group = element("div", { class: `editor-tools ${name}` });
    this.root.append(group);
    return tools.map((about) => {
      const button = makeButton(about);
      group.append(button);
      return { ...about, isFormat, button };
    });
  }

  #shown() {
    return this.buttons.map(({ button }) => button).filter((button) => !button.hidden);
  }

  #move(event) {
    const shown = this.#shown();
    const at = shown.indexOf(event.target);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    shown.at(to % shown.length).focus();
  }

  #stopAt(stop) {
    for (const { button } of this.buttons) button.tabIndex = button === stop ? 0 : -1;
  }
}

function makeButton({ label, key, path, isOn, isToggle }) {
  const button = element("button", { type: "button", class: path ? "is-icon" : "is-word" });
  if (path) {
    button.append(icon(path));
    button.title = key ? `${label} (${key})` : label;
    button.setAttribute("aria-label", label);
  } else button.append(label);
  if (key) button.setAttribute("aria-keyshortcuts", key.replace("⇧⌘", "Shift+Meta+").replace("⌘", "Meta+").replace("Ctrl", "Control"));
  if (isOn || isToggle) button.setAttribute("aria-pressed", "false");
  return button;
}
