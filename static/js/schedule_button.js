// Drops the moment from the button's label when another one is typed: the page then asks again.
const field = document.querySelector("[data-named-on]");
const button = field && document.querySelector(`button[value="${field.dataset.namedOn}"]`);
if (button) {
  const first = field.value;
  const label = button.textContent;
  field.addEventListener("input", () => {
    button.textContent = field.value === first ? label : "Schedule …";
  });
}
