// Asks for confirmation before leaving a page with unsaved changes. A form that is shown again with
// earlier input (it has an element with data-unsaved, or errors next to fields) counts as changed.
import { fieldsOf, isTouched } from "./form_fields.js";

// Includes the right-hand list of a pair, whose options Django selects only on submit.
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
  addEventListener("pageshow", () => (isSent = false)); // restored from the back-forward cache
  addEventListener("beforeunload", (event) => {
    if (!isSent && isChanged()) event.preventDefault();
  });
  // Values filled in by other scripts while the page loads are not changes.
  const note = () => setTimeout(() => (first = stateOf(form)));
  if (document.readyState === "complete") note();
  else addEventListener("load", note);
}

// The list's form only selects rows, and the sign-in form has no work to lose.
const GUARDED = "#content form[method=post]:not(#changelist-form, #login-form)";
for (const form of document.querySelectorAll(GUARDED)) guard(form);
