// Returns the user's input without tokens; a file is represented by its name and size.
const NOT_USER_INPUT = /^(csrfmiddlewaretoken$|_)|-__prefix__-/;

export function fieldsOf(form) {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (!NOT_USER_INPUT.test(name)) fields.append(name, value instanceof File ? describeFile(value) : value);
  }
  return fields;
}

function describeFile(file) {
  return file.size ? `${file.name} ${file.size}` : "";
}

// Returns whether the user typed before this script loaded, or the browser restored their input.
export function isTouched(form) {
  return [...form.elements].some((field) => {
    if (NOT_USER_INPUT.test(field.name)) return false;
    if (field.options) return [...field.options].some((one) => one.selected !== one.defaultSelected);
    if (field.type === "checkbox") return field.checked !== field.defaultChecked;
    return ["text", "textarea", "date"].includes(field.type) && field.value !== field.defaultValue;
  });
}
