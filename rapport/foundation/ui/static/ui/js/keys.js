// Single-letter keys. A control with data-key="n" is pressed by N (a field: gone to); a link with data-go="p" by G then P.
// They act only outside fields and dialogs, and not at all when the reader switched them off. A letter of the reader's own
// (data-keymap="cq": Q in the place of C) is put back to the shipped one as `event.meant`, which every other script asks;
// wherever a letter is shown, it becomes the reader's own.
const root = document.documentElement
const own = new Map((root.dataset.keymap ?? "").split(" ").filter(Boolean).map((pair) => [...pair]))
const shipped = new Map([...own].map(([letter, mine]) => [mine, letter]))
const meant = (key) => shipped.get(key) ?? (own.has(key) ? "" : key)
const inField = (element) => element.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], dialog")
const isSeen = (element) => element.checkVisibility?.() ?? true
let goUntil = 0

document.addEventListener("keydown", (event) => {
  event.meant = event.key.length === 1 ? meant(event.key.toLowerCase()) : event.key.toLowerCase()
}, true)

const press = (selector) => {
  const control = [...document.querySelectorAll(selector)].filter(isSeen).at(-1)
  if (control?.matches("input, textarea, select")) control.focus()
  else control?.click()
  return Boolean(control)
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
  if (root.dataset.keys === "off" || inField(event.target)) return
  const key = event.meant
  if (!/^[a-z?]$/.test(key) && event.key.length !== 1) return
  const goes = Date.now() < goUntil
  goUntil = key === "g" && !goes ? Date.now() + 1500 : 0
  if (goes ? go(event.key.toLowerCase()) : key && press(`[data-key="${CSS.escape(key)}"]`)) event.preventDefault()
})

const go = (key) => {
  const place = document.querySelector(`[data-go="${CSS.escape(key)}"]`)
  if (place) location.assign(place.href)
  return Boolean(place)
}

// Said to whoever listens (aria-keyshortcuts), and shown as the reader's own letter.
const show = (area) => {
  for (const control of area.querySelectorAll("[data-key]")) {
    const letter = own.get(control.dataset.key) ?? control.dataset.key
    if (root.dataset.keys === "off") control.removeAttribute("aria-keyshortcuts")
    else control.setAttribute("aria-keyshortcuts", letter.toUpperCase())
  }
  if (!own.size) return
  for (const cap of area.querySelectorAll("kbd:not([data-place], [data-own])")) {
    cap.textContent = own.get(cap.textContent.trim().toLowerCase())?.toUpperCase() ?? cap.textContent
    cap.dataset.own = ""
  }
  for (const control of area.querySelectorAll("[title$=')']:not([data-own])")) {
    control.title = control.title.replace(/\((\S)\)$/, (all, letter) => `(${(own.get(letter.toLowerCase()) ?? letter).toUpperCase()})`)
    control.dataset.own = ""
  }
}

show(document)
document.addEventListener("htmx:afterSettle", ({ detail }) => show(detail.elt.parentElement ?? document))
