// Takes files that are dropped on the import form, in addition to those chosen before.
const form = document.querySelector("[data-import-drop]");
const input = form?.querySelector("input[type=file]");

function hasFiles(event) {
  return [...event.dataTransfer.types].includes("Files");
}

function add(dropped) {
  const all = new DataTransfer();
  for (const file of [...input.files, ...dropped]) all.items.add(file);
  input.files = all.files;
  const names = [...input.files].map((file) => file.name);
  form.querySelector("[data-import-dropped]").textContent = `Chosen: ${names.join(", ")}`;
}

if (input) {
  for (const name of ["dragenter", "dragover"]) {
    form.addEventListener(name, (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      form.classList.add("is-over");
    });
  }
  form.addEventListener("dragleave", (event) => {
    if (!form.contains(event.relatedTarget)) form.classList.remove("is-over");
  });
  form.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    form.classList.remove("is-over");
    add(event.dataTransfer.files);
  });
  form.querySelector("[data-import-hint]").hidden = false;
}
