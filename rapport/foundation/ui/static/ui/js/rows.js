// Walking a list (data-rows around rows, each a tr or an element with data-row): J and K move, Enter opens the row's
// data-open link, X ticks its data-pick box, E opens its first data-edit cell (on a record's page a fact).
// In a list of promises D keeps, M moves and H hands over; of those going quiet P promises and B lets be. A form
// that was asked for stands in the row; Escape leaves it.
const rowsOf = (list) => [...list.querySelectorAll("tbody tr, [data-row]")]
const current = () => document.querySelector("[data-rows] .at")

const move = (step) => {
  const at = current() ?? document.activeElement.closest("[data-rows] tr, [data-rows] [data-row]")
  const list = at?.closest("[data-rows]") ?? document.querySelector("[data-rows]")
  if (!list) return false
  const rows = rowsOf(list)
  const next = rows[Math.min(Math.max(rows.indexOf(at) + step, 0), rows.length - 1)]
  if (!next) return false
  at?.classList.remove("at")
  next.classList.add("at")
  const open = next.querySelector("[data-open]") ?? next.querySelector("a, button")
  open?.focus({ preventScroll: true })
  next.scrollIntoView({ block: "nearest" })
  return true
}

const act = {
  j: () => move(1),
  k: () => move(-1),
  x: () => click("[data-pick]"),
  e: () => click("[data-edit]") || fact(),
  d: () => click("[data-keep]"),
  m: () => click("[data-move]"),
  h: () => click("[data-hand]"),
  p: () => click("[data-promise]"),
  b: () => click("[data-let-be]"),
  enter: () => !document.activeElement.matches("a, button, input, summary") && click("[data-open]"),
}

// On a record's page: the fact that has the focus, else the first that can be edited.
const fact = () => {
  const at = document.activeElement.closest("dd[data-cell]") ?? document.querySelector("dd[data-cell]:has([data-edit])")
  const edit = at?.querySelector("[data-edit]")
  edit?.click()
  return Boolean(edit)
}

const click = (selector) => {
  const control = current()?.querySelector(selector)
  control?.click()
  return Boolean(control)
}

document.addEventListener("keydown", (event) => {
  const busy = event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented
  if (busy || document.documentElement.dataset.keys === "off") return
  if (event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], dialog")) return
  const verb = act[event.meant]
  if (verb?.()) event.preventDefault()
})

// The form that a row asked for: its first field has the focus; Escape or Leave puts the row back as it was.
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target.matches?.("[data-row] .acts")) detail.target.querySelector("select, input:not([type=hidden])")?.focus()
})

const leave = (inside) => {
  const acts = inside.closest("[data-row] .acts")
  acts?.replaceChildren()
  acts?.closest("[data-row]").querySelector("[data-open]")?.focus()
  return Boolean(acts)
}
document.addEventListener("click", (event) => event.target.closest("[data-leave-row]") && leave(event.target))
document.addEventListener("keydown", (event) => event.key === "Escape" && leave(event.target) && event.preventDefault())
