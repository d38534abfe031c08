// The capture line (data-capture-form): what a person corrected by hand is told to the server by name, Enter saves from
// any control, what is asked gets the focus, and Escape keeps the sentence as a draft on this device.
const formOf = (element) => element.closest?.("[data-capture-form]")
const draftOf = (form) => `rapport-draft-${form.dataset.me}`

document.addEventListener("change", ({ target }) => {
  const form = formOf(target)
  const touched = form?.querySelector("[name=touched]")
  if (!touched || target.name === "text") return
  const name = target.name.startsWith("fact_") ? "facts" : target.name
  touched.value = [...new Set([...touched.value.split(","), name])].filter(Boolean).join(",")
})

document.addEventListener("keydown", (event) => {
  const form = formOf(event.target)
  if (!form || event.key !== "Enter" || event.isComposing || !event.target.matches("select, [type=radio], [type=checkbox]")) return
  event.preventDefault()
  form.requestSubmit()
})

// Once a sentence is sent, a reading of it that comes late would wipe out what the answer asks.
document.addEventListener("submit", ({ target }) => {
  if (target.matches("[data-capture-form]")) target.dataset.sent = target.elements.text.value
}, true)

document.addEventListener("htmx:confirm", (event) => {
  const { elt } = event.detail
  if (elt.name === "text" && formOf(elt)?.dataset.sent === elt.value) event.preventDefault()
})

document.addEventListener("htmx:afterSettle", ({ detail }) => {
  const form = formOf(detail.elt)
  if (form && detail.xhr?.status === 422) form.querySelector(".unsure :is(input, select)")?.focus()
})

// Saved: the draft has done its work.
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const form = formOf(detail.elt)
  if (!form?.dataset.me || detail.xhr?.status !== 204) return
  form.querySelector("[name=text]").value = ""
  localStorage.removeItem(draftOf(form))
})

const dialog = document.getElementById("capture")
if (dialog) {
  const form = dialog.querySelector("form")
  const line = form.querySelector("[name=text]")
  dialog.addEventListener("close", () => {
    if (line.value.trim()) localStorage.setItem(draftOf(form), line.value)
    else localStorage.removeItem(draftOf(form))
  })
  dialog.addEventListener("toggle", () => {
    const draft = localStorage.getItem(draftOf(form))
    if (!dialog.open) return
    line.focus()
    if (!draft || line.value) return
    line.value = draft
    line.dispatchEvent(new Event("input", { bubbles: true }))
  })
}
