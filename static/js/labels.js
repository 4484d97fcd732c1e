// The field in which Django's widget finds topics has no label of its own: it gets its row's.
addEventListener("load", () => {
  for (const field of document.querySelectorAll(".form-row .select2-search__field")) {
    const label = field.closest(".form-row").querySelector("label");
    field.setAttribute("aria-label", label.textContent.trim().replace(/:$/, ""));
  }
});
