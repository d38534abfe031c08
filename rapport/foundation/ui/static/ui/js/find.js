// The find box (data-find): the slash or Ctrl K goes to it, arrows walk what was found, Enter opens it, Escape shuts the list.
const optionsOf = (box) => [...box.querySelectorAll("[role=option]")].filter((option) => !option.closest("[hidden]"))

const chosenIn = (box) => optionsOf(box).find((option) => option.getAttribute("aria-selected") === "true")

const choose = (box, chosen) => {
  const input = box.querySelector("input")
  const options = optionsOf(box)
  for (const option of options) option.setAttribute("aria-selected", option === chosen)
  if (!chosen) return input.removeAttribute("aria-activedescendant")
  chosen.id ||= `${box.querySelector(".found").id}-${options.indexOf(chosen)}`
  input.setAttribute("aria-activedescendant", chosen.id)
  chosen.scrollIntoView({ block: "nearest" })
}

const step = (box, by) => {
  const options = optionsOf(box)
  choose(box, options[Math.min(options.indexOf(chosenIn(box)) + by, options.length - 1)])
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
  const chosen = chosenIn(box)
  if (event.key === "ArrowDown") step(box, 1)
  else if (event.key === "ArrowUp") step(box, -1)
  else if (event.key === "Escape") box.querySelector("[role=option]") ? shut(box) : event.target.blur()
  else if (event.key === "Enter" && chosen) chosen.click()
  else return
  event.preventDefault()
})

document.addEventListener("input", ({ target }) => {
  const box = target.closest("[data-find]")
  if (box) choose(box, null)
})

// An answer may come when one has begun to choose from the one before: what was chosen stays so, if it is found still.
const whatIs = (option) => option?.href ?? option?.textContent
let kept

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const box = detail.target.closest?.("[data-find]")
  if (box) kept = whatIs(chosenIn(box))
})

document.addEventListener("htmx:afterSwap", ({ detail }) => {
  const box = detail.target.closest?.("[data-find]")
  if (!box) return
  const input = box.querySelector("input")
  for (const group of box.querySelectorAll("[data-for-picked]")) group.hidden = !document.querySelector("[data-pick]:checked")
  input.setAttribute("aria-expanded", String(optionsOf(box).length > 0))
  choose(box, kept && optionsOf(box).find((option) => whatIs(option) === kept))
})
