// The find box (data-find): the slash or Ctrl K goes to it, arrows walk what was found, Enter opens it, Escape shuts the list.
const optionsOf = (box) => [...box.querySelectorAll("[role=option]")].filter((option) => !option.closest("[hidden]"))

const mark = (box, step) => {
  const options = optionsOf(box)
  const from = options.findIndex((option) => option.getAttribute("aria-selected") === "true")
  const to = Math.min(Math.max(from + step, -1), options.length - 1)
  options.forEach((option, place) => option.setAttribute("aria-selected", place === to))
  const input = box.querySelector("input")
  if (to < 0) return input.removeAttribute("aria-activedescendant")
  options[to].id ||= `${box.querySelector(".found").id}-${to}`
  input.setAttribute("aria-activedescendant", options[to].id)
  options[to].scrollIntoView({ block: "nearest" })
}

const shut = (box) => {
  box.querySelector(".found").replaceChildren()
  box.querySelector("input").setAttribute("aria-expanded", "false")
  box.querySelector("input").removeAttribute("aria-activedescendant")
}

document.addEventListener("keydown", (event) => {
  const isField = event.target.closest("input, textarea, select, [contenteditable], dialog")
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey
  const slash = event.meant === "/" && plain && !isField && document.documentElement.dataset.keys !== "off"
  if (slash || (event.key === "k" && (event.ctrlKey || event.metaKey))) {
    event.preventDefault()
    document.querySelector("[data-find] input")?.focus()
    document.querySelector("[data-find] input")?.select()
    return
  }
  const box = event.target.closest("[data-find]")
  if (!box) return
  const chosen = box.querySelector("[role=option][aria-selected=true]")
  if (event.key === "ArrowDown") mark(box, 1)
  else if (event.key === "ArrowUp") mark(box, -1)
  else if (event.key === "Escape") box.querySelector("[role=option]") ? shut(box) : event.target.blur()
  else if (event.key === "Enter" && chosen) chosen.click()
  else return
  event.preventDefault()
})

document.addEventListener("htmx:afterSwap", ({ detail }) => {
  const box = detail.target.closest?.("[data-find]")
  if (!box) return
  const input = box.querySelector("input")
  for (const group of box.querySelectorAll("[data-for-picked]")) group.hidden = !document.querySelector("[data-pick]:checked")
  input.setAttribute("aria-expanded", String(optionsOf(box).length > 0))
  input.removeAttribute("aria-activedescendant")
})
