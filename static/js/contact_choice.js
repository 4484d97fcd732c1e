// Fills the contact of a release's form with the chosen one, which can then be edited.
for (const choice of document.querySelectorAll("select[data-fills]")) {
  const target = document.getElementById(choice.dataset.fills);
  choice.addEventListener("change", () => {
    const printed = choice.selectedOptions[0].dataset.printed;
    if (!printed || !target) return;
    target.value = printed;
    target.dispatchEvent(new Event("input", { bubbles: true }));
    choice.value = ""; // else saving would replace what is edited below
    target.focus();
  });
}
