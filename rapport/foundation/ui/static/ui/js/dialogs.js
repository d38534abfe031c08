// Dialogs: data-opens="id" opens one, data-closes shuts the one around it; a dialog with data-holder opens
// when htmx puts something into it, and shuts when the server answers with HX-Trigger: close-dialog.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]")
  const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey // a link opened beside this page
  const opened = opener && !elsewhere && document.getElementById(opener.dataset.opens)
  if (opened) {
    event.preventDefault() // a link leads to the same on a page of its own
    opened.showModal()
  }
  event.target.closest("[data-closes]")?.closest("dialog")?.close()
  if (event.target.matches("dialog")) event.target.close() // a click on the backdrop
})

document.addEventListener("htmx:afterSwap", ({ detail }) => {
  const holder = detail.target.closest?.("dialog[data-holder]")
  if (holder && !holder.open && holder.textContent.trim()) holder.showModal()
})

document.addEventListener("close-dialog", () => {
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close()
})
