// Editing where the value stands (data-editing): Enter saves, as in any form; Tab saves and goes on to the next
// cell of the row (or fact of the list) that can be edited; Escape leaves it as it was. A choice saves as soon as it is made.
let goingOn = null

document.addEventListener("keydown", (event) => {
  const cell = event.target.closest("[data-editing]")
  if (!cell || event.isComposing) return
  if (event.key === "Escape") {
    event.preventDefault()
    goingOn = null // by a save that failed
    cell.querySelector("[data-leave]")?.click()
  } else if (event.key === "Tab") {
    event.preventDefault()
    goingOn = { id: cell.id, back: event.shiftKey }
    cell.querySelector("form").requestSubmit()
  }
})

document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-editing] select")) target.form.requestSubmit()
})

document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (detail.elt.matches?.("[data-editing]")) {
    goingOn = null
    const field = detail.elt.querySelector(":is(input, select, textarea):not([type=hidden])")
    field?.focus()
    field?.select?.()
    return
  }
  const cell = goingOn && document.getElementById(goingOn.id)
  if (!cell || cell.matches("[data-editing]")) return // another answer: ours is still to come
  const cells = [...cell.closest("tr, dl").querySelectorAll("[data-cell]:has([data-edit])")]
  const next = cells[cells.indexOf(cell) + (goingOn.back ? -1 : 1)]
  goingOn = null
  next?.querySelector("[data-edit]")?.click()
})
