// Puts the editor in the place of every text field that has data-editor.
import { EditorField } from "./field.js";

const fields = new Map();

// Returns the editor; null if it fails, where the text field stays.
function makeEditor(textarea) {
  try {
    return new EditorField(textarea);
  } catch (error) {
    console.error(error);
    textarea.hidden = false;
    return null;
  }
}

function enhance(root) {
  for (const textarea of root.querySelectorAll("textarea[data-editor]")) {
    const isPattern = textarea.closest(".empty-form") !== null; // copied for each new section
    if (!isPattern && !fields.has(textarea)) fields.set(textarea, makeEditor(textarea));
  }
}

// Moves to the editor where a link or the address names its field.
function goTo(hash) {
  const field = fields.get(document.getElementById(hash.slice(1)));
  if (!field) return false;
  field.root.closest(".form-row, .pair")?.scrollIntoView({ block: "start" });
  field.focus();
  return true;
}

enhance(document);
document.addEventListener("formset:added", (event) => enhance(event.target));
document.addEventListener("click", (event) => {
  const link = event.target.closest?.('a[href^="#"]');
  if (link && goTo(link.hash)) event.preventDefault();
});
goTo(location.hash);
