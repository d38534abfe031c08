// A small form whose button is wanted only once something in it was changed (data-changes).
document.addEventListener("change", ({ target }) => {
  const form = target.closest("[data-changes]")
  if (form) form.dataset.changed = ""
})
