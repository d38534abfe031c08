// Single-letter keys. A control with data-key="n" is pressed by N (a field: gone to); a link with data-go="p" by G then P.
// They act only outside fields and dialogs, and not at all when the reader switched them off.
const inField = (element) => element.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], dialog")
const isSeen = (element) => element.checkVisibility?.() ?? true
let goUntil = 0

const press = (selector) => {
  const control = [...document.querySelectorAll(selector)].filter(isSeen).at(-1)
  if (control?.matches("input, textarea, select")) control.focus()
  else control?.click()
  return Boolean(control)
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
  if (document.documentElement.dataset.keys === "off" || inField(event.target)) return
  const key = event.key.toLowerCase()
  if (!/^[a-z?]$/.test(key)) return
  const goes = Date.now() < goUntil
  goUntil = key === "g" && !goes ? Date.now() + 1500 : 0
  if (goes ? go(key) : press(`[data-key="${key}"]`)) event.preventDefault()
})

const go = (key) => {
  const place = document.querySelector(`[data-go="${key}"]`)
  if (place) location.assign(place.href)
  return Boolean(place)
}
