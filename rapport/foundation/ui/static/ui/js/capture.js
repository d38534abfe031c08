// The capture line (data-capture-form): what a person corrected by hand is told to the server by name, Enter saves from
// any control and Shift Enter saves and stays, what is asked gets the focus, and Escape keeps the sentence as a draft.
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
  if (!form || event.key !== "Enter" || event.isComposing || event.target.matches("button")) return
  event.preventDefault()
  form.querySelector(event.shiftKey ? "[data-stay]" : "[data-save]").click()
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

// Saved: the draft has done its work. Who stays has an empty line; the page behind is told when the line is shut.
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const form = formOf(detail.elt)
  const stays = detail.xhr?.getResponseHeader("HX-Trigger") === "captured"
  if (!form?.dataset.me || !(stays || detail.xhr?.status === 204)) return
  const line = form.querySelector("[name=text]")
  line.value = ""
  localStorage.removeItem(draftOf(form))
  if (stays) form.dataset.told = ""
  line.focus()
})

// Several lines with an address or a number are a signature: it is read as one, on its own page.
document.addEventListener("paste", (event) => {
  const text = event.clipboardData?.getData("text/plain") ?? ""
  const card = document.getElementById("card-form")
  if (!card || event.target.name !== "text" || !formOf(event.target)) return
  if (!/\S\s*\n\s*\S/.test(text) || !/@\S|\d[\d ().-]{6,}/.test(text)) return
  event.preventDefault()
  card.elements.text.value = text
  card.submit()
})

const dialog = document.getElementById("capture")
if (dialog) {
  const form = dialog.querySelector("form")
  const line = form.querySelector("[name=text]")
  dialog.addEventListener("close", () => {
    if (line.value.trim()) localStorage.setItem(draftOf(form), line.value)
    else localStorage.removeItem(draftOf(form))
    if ("told" in form.dataset) location.reload()
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
