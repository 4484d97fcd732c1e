// Gives the search field of Django's autocomplete the label of its row. An earlier script creates
// the widget when jQuery is ready.
django.jQuery(() => {
  for (const field of document.querySelectorAll(".form-row .select2-search__field")) {
    const label = field.closest(".form-row").querySelector("label");
    field.setAttribute("aria-label", label.textContent.trim().replace(/:$/, ""));
  }
});
