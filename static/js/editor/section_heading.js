// Makes the paragraph at the cursor the heading of a new section, and moves what follows into it.
import { schema } from "./schema.js";

const group = () => document.getElementById("sections-group");
const adder = () => group()?.querySelector(".add-row a, .add-row button");
const rows = () => [...group().querySelectorAll(".inline-related:not(.empty-form)")];

// Returns whether the text is one of a form with sections.
export function hasSections(textarea) {
  const isText = textarea.id === "id_body" || group()?.contains(textarea);
  return Boolean(isText && adder());
}

export function splitSection({ view, writer, textarea }) {
  const { $from } = view.state.selection;
  const heading = $from.parent.textContent.trim();
  const after = view.state.doc.content.content.slice($from.index(0) + 1);
  const { text } = writer.write(schema.nodes.doc.create({}, after));
  view.dispatch(view.state.tr.delete($from.before(1), view.state.doc.content.size));
  const row = addRow(textarea.closest(".inline-related"));
  fill(row.querySelector("[name$='-body']"), text.trim());
  const field = row.querySelector("[name$='-heading']");
  fill(field, heading);
  row.scrollIntoView({ block: "center" });
  field.focus();
}

// Adds a row below this one, or above all others, and numbers them in order.
function addRow(above) {
  adder().click();
  const added = rows().at(-1);
  const first = rows()[0];
  if (above) above.after(added);
  else if (first !== added) first.before(added);
  rows().forEach((row, at) => (row.querySelector("[name$='-place']").value = at + 1));
  return added;
}

function fill(field, text) {
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
