// Selecting rows (data-selection around boxes with data-pick): one box for all (data-pick-all), a run with Shift,
// a bar (data-picked-bar) with their count (data-picked-count) and a way to let go (data-unpick).
let last = null

const boxesOf = (area) => [...area.querySelectorAll("[data-pick]")]

const show = (area) => {
  const boxes = boxesOf(area)
  const picked = boxes.filter((box) => box.checked)
  for (const box of boxes) box.closest("tr")?.setAttribute("aria-selected", box.checked)
  for (const bar of area.querySelectorAll("[data-picked-bar]")) bar.hidden = picked.length === 0
  for (const count of area.querySelectorAll("[data-picked-count]")) count.textContent = picked.length
  for (const all of area.querySelectorAll("[data-pick-all]")) {
    all.checked = picked.length > 0 && picked.length === boxes.length
    all.indeterminate = picked.length > 0 && picked.length < boxes.length
  }
}

document.addEventListener("click", (event) => {
  const area = event.target.closest("[data-selection]")
  if (!area) return
  const boxes = boxesOf(area)
  if (event.target.matches("[data-pick]")) {
    const [from, to] = [boxes.indexOf(last), boxes.indexOf(event.target)].sort((a, b) => a - b)
    if (event.shiftKey && from >= 0) for (const box of boxes.slice(from, to + 1)) box.checked = event.target.checked
    last = event.target
  } else if (event.target.matches("[data-pick-all]")) {
    for (const box of boxes) box.checked = event.target.checked
  } else if (event.target.closest("[data-unpick]")) {
    for (const box of boxes) box.checked = false
  } else return
  show(area)
})

const showAll = () => document.querySelectorAll("[data-selection]").forEach(show)
document.addEventListener("htmx:afterSettle", showAll)
window.addEventListener("pageshow", showAll)
