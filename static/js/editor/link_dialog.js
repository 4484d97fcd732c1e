// Asks for the address of a link.
import { TextSelection } from "../../vendor/editor/editor.js";
import { isSafeLink } from "./dialect.js";
import { element, openDialog } from "./dom.js";
import { schema } from "./schema.js";

const { link } = schema.marks;
const WRONG = "Write a web address, such as https://example.gov/page, an e-mail address, or /page of this site.";

// Returns the address as a link needs it: with its scheme, and without blanks.
export function completed(typed) {
  const address = typed.trim().replaceAll(" ", "%20");
  if (/^[^\s@/:]+@[^\s@/:]+\.[a-z]+$/i.test(address)) return `mailto:${address}`;
  if (/^(?:www\.|[a-z\d-]+(?:\.[a-z\d-]+)*\.[a-z]{2,}(?:[/?#]|$))/i.test(address)) return `https://${address}`;
  return address;
}

export function askForLink(view) {
  const selected = around(view.state);
  const words = element("input", { type: "text", id: "editor-link-words" });
  const address = element("input", { type: "text", id: "editor-link-address", inputmode: "url" });
  const problem = element("p", { class: "errornote", role: "alert", hidden: true });
  address.value = selected.href;
  const form = element("form", { method: "dialog" });
  if (selected.isEmpty) form.append(field("Words", words));
  form.append(field("Web or e-mail address", address), problem, buttons(selected));
  const dialog = openDialog(selected.href ? "Change the link" : "Add a link", form);
  (selected.isEmpty ? words : address).focus();

  form.addEventListener("submit", (event) => {
    const pressed = event.submitter?.value ?? "save";
    const href = completed(address.value);
    if (pressed === "save" && !isSafeLink(href)) {
      event.preventDefault();
      problem.textContent = WRONG;
      problem.hidden = false;
      address.setAttribute("aria-invalid", "true");
      address.focus();
    } else if (pressed === "save") setLink(view, selected, href, words.value.trim() || address.value.trim());
    else if (pressed === "remove") view.dispatch(view.state.tr.removeMark(selected.from, selected.to, link));
  });
  dialog.addEventListener("close", () => view.focus());
}

function field(label, input) {
  return element("p", {}, element("label", { for: input.id }, label), input);
}

function buttons({ href }) {
  const button = (value, label, more = {}) =>
    element("button", { value, class: `button ${value === "save" ? "default" : ""}`, ...more }, label);
  const row = element("p", { class: "editor-dialog-buttons" }, button("save", href ? "Change" : "Add link"));
  if (href) row.append(button("remove", "Remove link"));
  row.append(button("cancel", "Cancel", { formnovalidate: true }));
  return row;
}

// Returns the selected words, or the link around the cursor.
function around({ selection, doc }) {
  let { from, to } = selection;
  const mark = link.isInSet(selection.$from.marks()) ?? doc.nodeAt(from)?.marks.find((each) => each.type === link);
  if (selection.empty && mark) {
    const { parent } = selection.$from;
    const start = selection.$from.start();
    parent.forEach((child, offset) => {
      const begin = start + offset;
      const end = begin + child.nodeSize;
      if (mark.isInSet(child.marks) && begin <= selection.from && selection.from <= end) {
        from = Math.min(from, begin);
        to = Math.max(to, end);
      }
    });
  }
  return { from, to, href: mark?.attrs.href ?? "", isEmpty: from === to };
}

function setLink(view, { from, to, isEmpty }, href, words) {
  const { tr } = view.state;
  const mark = link.create({ href });
  if (isEmpty) tr.insert(from, schema.text(words, [mark]));
  else tr.removeMark(from, to, link).addMark(from, to, mark);
  const end = isEmpty ? from + words.length : to;
  view.dispatch(tr.setSelection(TextSelection.create(tr.doc, end)).removeStoredMark(link).scrollIntoView());
}
