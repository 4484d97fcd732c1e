// One text of a form with its editor. The text field stays what the form sends: whatever changes in
// the editor is written to it, with an input event.
import { EditorState, EditorView, gapCursor, history, tableEditing } from "../../vendor/editor/editor.js";
import { baseKeys, keys, typedMarks } from "./commands.js";
import { whyMarkdownOnly } from "./dialect.js";
import { element } from "./dom.js";
import { showHelp } from "./help.js";
import { askForLink } from "./link_dialog.js";
import { dropInto, pasteAsMarkdown, pasteInto } from "./paste.js";
import { prefer, preferences } from "./preferences.js";
import { Preview } from "./preview.js";
import { read } from "./reading.js";
import { hasSections, splitSection } from "./section_heading.js";
import { settle } from "./settling.js";
import { tidy } from "./tidy.js";
import { Toolbar } from "./toolbar.js";
import { Writer } from "./writing.js";

const CHANGED = "Some bold or italics were taken out, because Markdown cannot say them there.";
let made = 0;

export class EditorField {
  constructor(textarea) {
    made += 1;
    this.textarea = textarea;
    this.label = labelOf(textarea);
    const words = nameOf(textarea, this.label);
    const without = hasSections(textarea) ? [] : ["section"];
    this.toolbar = new Toolbar(words, (about) => this.press(about), without);
    this.token = textarea.form.querySelector("[name=csrfmiddlewaretoken]").value;
    this.address = textarea.dataset.paste;
    this.preview = new Preview(words, textarea.dataset.preview, this.token);
    this.surface = element("div", { class: "editor-surface" });
    this.status = element("p", { class: "editor-said", role: "status" });
    this.count = element("p", { class: "editor-count" });
    this.root = element("div", { class: "editor" });
    textarea.before(this.root);
    this.root.append(
      this.toolbar.root,
      element("div", { class: "editor-panes" }, this.surface, this.preview.root),
      element("div", { class: "editor-foot" }, this.status, this.count),
    );
    this.surface.append(textarea);
    this.view = this.#makeView();
    this.#listen();
    this.setMarkdown(preferences().isMarkdown ?? false);
    this.showPreview(preferences().isPreviewed ?? false);
  }

  get isMarkdown() {
    return !this.textarea.hidden;
  }

  // Opens the text of the field, unless the editor wrote it itself.
  open() {
    this.text = this.textarea.value;
    this.reason = whyMarkdownOnly(this.text);
    const found = read(this.reason ? "" : this.text);
    this.writer = new Writer(found);
    return EditorState.create({
      doc: found.doc,
      plugins: [
        typedMarks,
        keys({
          "Mod-k": () => (askForLink(this.view), true),
          "Alt-F10": () => (this.toolbar.focus(), true),
        }),
        baseKeys,
        history(),
        gapCursor(),
        tableEditing(),
        tidy(),
      ],
    });
  }

  press({ name, run }) {
    if (name === "link") askForLink(this.view);
    else if (name === "section") splitSection(this);
    else if (name === "help") showHelp();
    else if (name === "preview") this.showPreview(!this.preview.isShown, true);
    else if (name === "markdown") this.setMarkdown(!this.isMarkdown, true);
    else {
      run(this.view.state, this.view.dispatch, this.view);
      this.view.focus();
    }
  }

  setMarkdown(isWanted, isChosen = false) {
    if (!isWanted && this.text !== this.textarea.value) this.view.updateState(this.open());
    const isMarkdown = isWanted || Boolean(this.reason);
    this.textarea.hidden = !isMarkdown;
    this.view.dom.hidden = isMarkdown;
    this.toolbar.press("markdown", isMarkdown);
    if (this.reason) this.say(this.reason);
    if (isChosen) {
      prefer({ isMarkdown: isWanted });
      this.focus();
    }
    this.refresh();
  }

  showPreview(isShown, isChosen = false) {
    this.preview.show(isShown, this.textarea.value);
    this.toolbar.press("preview", isShown);
    if (isChosen) prefer({ isPreviewed: isShown });
  }

  focus() {
    if (this.isMarkdown) this.textarea.focus();
    else this.view.focus();
  }

  say(sentence) {
    this.status.textContent = sentence;
  }

  #makeView() {
    const { textarea, label } = this;
    if (label) label.id ||= `editor-${made}-label`;
    const attributes = {
      class: "release-text",
      role: "textbox",
      "aria-multiline": "true",
      spellcheck: "true",
      ...(label ? { "aria-labelledby": label.id } : { "aria-label": "Text" }),
    };
    const described = textarea.getAttribute("aria-describedby");
    if (described) attributes["aria-describedby"] = described;
    if (textarea.getAttribute("aria-invalid")) attributes["aria-invalid"] = "true";
    const language = textarea.lang || textarea.form.elements.language?.value;
    if (language) attributes.lang = language;
    return new EditorView(this.surface, {
      state: this.open(),
      attributes,
      dispatchTransaction: (transaction) => this.#apply(transaction),
      // Before ProseMirror reads the clipboard itself: its styles offend the CSP.
      handleDOMEvents: {
        blur: () => this.#settle(),
        paste: (view, event) => pasteInto(this, event),
        drop: (view, event) => dropInto(this, event),
      },
    });
  }

  #apply(transaction) {
    const before = this.view.state.doc;
    this.view.updateState(this.view.state.apply(transaction));
    const text = this.view.state.doc === before ? this.text : this.writer.write(this.view.state.doc).text;
    if (text === this.text) this.refresh();
    else this.#write(text);
  }

  #write(text) {
    this.text = text;
    this.textarea.value = text;
    this.textarea.dispatchEvent(new Event("input", { bubbles: true }));
  }

  #settle() {
    const transaction = settle(this.view.state, this.writer);
    if (!transaction) return;
    this.view.dispatch(transaction);
    this.say(CHANGED);
  }

  // Shows the state of the cursor and the words of the text.
  refresh() {
    this.toolbar.update(this.view.state, this.isMarkdown);
    this.preview.update(this.textarea.value);
    const words = this.isMarkdown ? this.textarea.value : wordsIn(this.view.state.doc);
    const number = words.match(/[\p{L}\p{N}]+(?:[’'.,-][\p{L}\p{N}]+)*/gu)?.length ?? 0;
    this.count.textContent = `${number.toLocaleString("en")} ${number === 1 ? "word" : "words"}`;
  }

  #listen() {
    this.textarea.addEventListener("input", () => this.#follow());
    this.textarea.addEventListener("change", () => this.#follow());
    this.textarea.addEventListener("paste", (event) => pasteAsMarkdown(this, event));
    this.label?.addEventListener("click", () => this.focus());
    this.toolbar.root.addEventListener("keydown", (event) => event.key === "Escape" && this.focus());
    addEventListener("pageshow", () => this.#follow()); // browsers restore fields late
  }

  // Takes over what others write into the field, such as a suggestion of the import queue.
  #follow() {
    if (this.text !== this.textarea.value && !this.isMarkdown) this.setMarkdown(false);
    else this.refresh();
  }
}

// Returns the label's words, with those of the section that the text is in.
function nameOf(textarea, label) {
  const words = label?.firstChild?.textContent.replace(/:$/, "").trim() || "Text";
  const section = textarea.closest(".inline-related")?.querySelector(".inline_label")?.textContent.trim();
  return section ? `section ${section}` : words;
}

function labelOf(textarea) {
  return textarea.labels?.[0] ?? null;
}

function wordsIn(doc) {
  return doc.textBetween(0, doc.content.size, "\n", (leaf) => leaf.attrs.source ?? "\n");
}
