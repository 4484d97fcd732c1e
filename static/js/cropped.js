// Keeps the focal point of square thumbnails in sight; also of those that come later.
function crop(root) {
  for (const picture of root.querySelectorAll("[data-focus-x]")) {
    picture.style.objectPosition = `${picture.dataset.focusX}% ${picture.dataset.focusY}%`;
  }
}

export { crop };
crop(document);
