// Where a value came from (data-source): shown by hover and focus in CSS alone; here it keeps inside the window,
// and Escape shuts it until the pointer or the focus has left.
const place = ({ target }) => {
  const anchor = target.closest?.("[data-source]")
  const source = anchor?.querySelector(".source")
  if (!source) return
  delete anchor.dataset.side
  const { left, right } = source.getBoundingClientRect()
  if (left < 0 || right > document.documentElement.clientWidth) anchor.dataset.side = "end"
}

const forget = ({ target, relatedTarget }) => {
  const anchor = target.closest?.("[data-source]")
  if (anchor && !anchor.contains(relatedTarget)) delete anchor.dataset.shut
}

document.addEventListener("htmx:afterSwap", place)
document.addEventListener("mouseover", place)
document.addEventListener("focusin", place)
document.addEventListener("mouseout", forget)
document.addEventListener("focusout", forget)
document.addEventListener("keydown", ({ key }) => {
  if (key !== "Escape") return
  for (const anchor of document.querySelectorAll("[data-source]:is(:hover, :focus-within)")) anchor.dataset.shut = ""
})
