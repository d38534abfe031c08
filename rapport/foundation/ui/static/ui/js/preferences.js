// Light or dark, density and keys (forms with data-preferences) show at once; the server keeps them in the background.
const root = document.documentElement

document.addEventListener("submit", (event) => {
  const { target: form, submitter: chosen } = event
  if (!form.matches("[data-preferences]") || !chosen) return
  event.preventDefault()
  if (chosen.name === "theme" && chosen.value === "system") delete root.dataset.theme
  else root.dataset[chosen.name] = chosen.value
  for (const button of document.querySelectorAll(`[data-preferences] [name="${chosen.name}"]`)) {
    button.setAttribute("aria-pressed", button.value === chosen.value)
  }
  fetch(form.action, { method: "POST", body: new FormData(form, chosen), redirect: "manual" }).catch(() => {})
})
