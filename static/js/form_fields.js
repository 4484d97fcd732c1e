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
