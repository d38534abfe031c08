// Focus after a swap: to what asks for it (data-focus, autofocus), else to the element of the same id,
// else to what took the place of a row that went. Also on a page that opens with errors.
const left = new WeakMap() // by the request whose answer takes it away: another answer may come before that one settles

const focusOn = (element) => {
  if (!element) return false
  if (!element.matches("a[href], button, input, select, textarea, [tabindex]")) element.tabIndex = -1
  element.focus()
  return true
}

const seat = (element) => {
  const row = element.closest("tr, li")
  return { id: element.id, cell: element.closest("[data-cell]")?.id, row: row?.id, next: row?.nextElementSibling, list: row?.parentElement }
}

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const active = document.activeElement
  if (detail.target?.contains(active) && active !== document.body) left.set(detail.xhr, seat(active))
})

document.addEventListener("htmx:afterSettle", ({ detail }) => {
  const asks = detail.elt.matches?.("[data-focus], [autofocus]") ? detail.elt : detail.elt.querySelector?.("[data-focus], [autofocus]")
  if (asks) return focusOn(asks)
  const seatLeft = left.get(detail.xhr)
  if (!seatLeft || document.activeElement !== document.body) return
  const { id, cell, row, next, list } = seatLeft
  const cellNow = cell && document.getElementById(cell)
  if (focusOn(cellNow?.querySelector("a, button, input, select, textarea"))) return
  if (id && focusOn(document.getElementById(id))) return
  if (row && focusOn(document.getElementById(row)?.querySelector("button, a"))) return
  if (next?.isConnected && focusOn(next.querySelector("button, a"))) return
  if (list?.isConnected) focusOn(list.querySelector("button, a") ?? document.querySelector("h1"))
})

focusOn(document.querySelector(".error-summary[data-focus], .conflict [data-focus]"))
