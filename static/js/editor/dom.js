// Makes elements without markup in strings.
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name in made && typeof value !== "string") made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

// Makes an icon of 20 by 20 from the path of its strokes.
export function icon(path) {
  const picture = document.createElementNS(SVG, "svg");
  picture.setAttribute("viewBox", "0 0 20 20");
  picture.setAttribute("aria-hidden", "true");
  const strokes = document.createElementNS(SVG, "path");
  strokes.setAttribute("d", path);
  picture.append(strokes);
  return picture;
}

// Makes a modal dialog with a title and a way to close it; it is removed when it closes.
export function openDialog(title, ...content) {
  const heading = element("h2", {}, title);
  heading.id = "editor-dialog-title";
  const dialog = element("dialog", { class: "editor-dialog", "aria-labelledby": heading.id });
  dialog.append(heading, ...content);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
