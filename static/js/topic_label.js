// The field in which Django's widget finds topics has no label of its own: it gets its row's. The
// widget is made when jQuery is ready, by a script before this one.
django.jQuery(() => {
  for (const field of document.querySelectorAll(".form-row .select2-search__field")) {
    const label = field.closest(".form-row").querySelector("label");
    field.setAttribute("aria-label", label.textContent.trim().replace(/:$/, ""));
  }
});
