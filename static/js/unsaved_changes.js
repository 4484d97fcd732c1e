// Asks before a page is left whose form was changed and not sent. A form that came back with what
// was typed before (it has an element with data-unsaved, or mistakes beside its fields) counts as
// changed from the beginning.
import { fieldsOf, isTouched } from "./form_fields.js";

// With what stands in the right half of a pair of lists, which is selected only as it is sent.
function stateOf(form) {
  const chosen = [...form.querySelectorAll(".selector-chosen option")].map((one) => one.value);
  return `${fieldsOf(form)} ${chosen}`;
}

const SHOWN_AGAIN = "[data-unsaved], .form-row .errorlist";

function guard(form) {
  let isSent = false;
  let first = null;
  const isUnsaved = form.querySelector(SHOWN_AGAIN) !== null || isTouched(form);
  const isChanged = () => isUnsaved || (first !== null && stateOf(form) !== first);

  document.addEventListener("submit", (event) => {
    if (event.target === form || "discards" in event.target.dataset) isSent = true;
  });
  addEventListener("pageshow", () => (isSent = false)); // back to a page that the browser kept
  addEventListener("beforeunload", (event) => {
    if (!isSent && isChanged()) event.preventDefault();
  });
  // What other scripts fill in while the page loads is no change.
  const note = () => setTimeout(() => (first = stateOf(form)));
  if (document.readyState === "complete") note();
  else addEventListener("load", note);
}

// The list's form only marks rows, and who signs in has written nothing.
const GUARDED = "#content form[method=post]:not(#changelist-form, #login-form)";
for (const form of document.querySelectorAll(GUARDED)) guard(form);
