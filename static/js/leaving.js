// Asks before a page is left whose form was changed and not sent. A form that came back with what
// was typed before (it has an element with data-unsaved) counts as changed from the beginning.
import { fieldsOf, isTouched } from "./form_fields.js";

function guard(form) {
  let isSent = false;
  let first = null;
  const isUnsaved = form.querySelector("[data-unsaved]") !== null || isTouched(form);
  const isChanged = () => isUnsaved || (first !== null && fieldsOf(form).toString() !== first);

  document.addEventListener("submit", (event) => {
    if (event.target === form || "discards" in event.target.dataset) isSent = true;
  });
  addEventListener("pageshow", () => (isSent = false)); // back to a page that the browser kept
  addEventListener("beforeunload", (event) => {
    if (!isSent && isChanged()) event.preventDefault();
  });
  // What other scripts fill in while the page loads is no change.
  const note = () => setTimeout(() => (first = fieldsOf(form).toString()));
  if (document.readyState === "complete") note();
  else addEventListener("load", note);
}

for (const form of document.querySelectorAll("#content-main form[method=post]")) guard(form);
