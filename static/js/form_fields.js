// The fields of a form that hold what a person typed, without tokens; of a file its name and size.
const UNTYPED = /^(csrfmiddlewaretoken$|_)|-__prefix__-/;

export function fieldsOf(form) {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (!UNTYPED.test(name)) fields.append(name, value instanceof File ? fileWord(value) : value);
  }
  return fields;
}

function fileWord(file) {
  return file.size ? `${file.name} ${file.size}` : "";
}

// Whether somebody typed before this script was loaded, or the browser filled in what they typed.
export function isTouched(form) {
  return [...form.elements].some((field) => {
    if (UNTYPED.test(field.name)) return false;
    if (field.options) return [...field.options].some((one) => one.selected !== one.defaultSelected);
    if (field.type === "checkbox") return field.checked !== field.defaultChecked;
    return ["text", "textarea"].includes(field.type) && field.value !== field.defaultValue;
  });
}
