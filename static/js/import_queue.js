// Takes suggestions without reloading the page, and adds the keyboard shortcuts of the import queue.
const form = document.getElementById("queue");
const suggestions = [...form.querySelectorAll(".suggestion")];

for (const button of suggestions) {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    const field = document.getElementById(button.dataset.fills);
    field.value = button.dataset.value;
    field.focus();
  });
}

document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey) return;
  const number = Number(event.code.replace(/^Digit/, ""));
  const key = event.key === "Enter" ? "Enter" : event.code.replace(/^Key/, "");
  const target = suggestions[number - 1] ?? form.querySelector(`[data-key="${key}"]`);
  if (!target) return;
  event.preventDefault();
  target.click();
});
