// A board (data-board names its form): cards (data-card: where a move is posted) go from lane to lane (data-lane: the day).
// Dragging has a twin: Space lifts the card that has the focus, arrows choose the lane, Space puts it down, Escape puts it
// back. The form is sent as any other; the card has the focus again on the page that answers.
let lifted = null

const say = (words) => {
  const region = document.querySelector("[data-board-says]")
  if (region) region.textContent = words
}

const show = (lane) => {
  lifted.closest("[data-board]").querySelector(".target")?.classList.remove("target")
  lane?.classList.add("target")
}

const lift = (card) => {
  lifted = card
  card.home = { lane: card.closest(".lane"), next: card.nextElementSibling }
  card.classList.add("dragged")
  say(card.closest("[data-board]").dataset.lifted)
}

const settle = () => {
  show(null)
  lifted.classList.remove("dragged")
  lifted = null
}

const putBack = () => {
  const { lane, next } = lifted.home
  lane.querySelector("ol").insertBefore(lifted, next)
  lifted.focus()
  say(lifted.closest("[data-board]").dataset.putBack)
  settle()
}

const putDown = (card, lane) => {
  const form = document.getElementById(card.closest("[data-board]").dataset.board)
  if (!lane || lane === card.home.lane) return putBack()
  lane.querySelector("ol").append(card)
  sessionStorage.setItem("put-down", card.id)
  form.elements.from.value = form.elements.due.value = lane.dataset.lane
  form.elements.due_time.value = card.dataset.time ?? ""
  form.action = card.dataset.card
  settle()
  form.requestSubmit()
}

const step = (by) => {
  const lanes = [...lifted.closest("[data-board]").querySelectorAll("[data-lane]")]
  const lane = lanes[Math.min(Math.max(lanes.indexOf(lifted.closest("[data-lane]")) + by, 0), lanes.length - 1)]
  lane.querySelector("ol").append(lifted)
  lifted.focus()
  lifted.scrollIntoView({ block: "nearest", inline: "nearest" })
  show(lane)
  say(lane.querySelector("header").textContent.trim())
}

document.addEventListener("keydown", (event) => {
  const card = event.target.closest?.("[data-card]")
  if (!card || (event.target !== card && !lifted)) return
  const forth = getComputedStyle(card).direction === "rtl" ? "ArrowLeft" : "ArrowRight"
  if (event.key === " ") lifted ? putDown(card, card.closest("[data-lane]")) : lift(card)
  else if (lifted && event.key === "Escape") putBack()
  else if (lifted && /^Arrow/.test(event.key)) step([forth, "ArrowDown"].includes(event.key) ? 1 : -1)
  else return
  event.preventDefault()
})

document.addEventListener("dragstart", ({ target }) => target.matches?.("[data-card]") && lift(target))
document.addEventListener("dragend", () => lifted && putBack())
document.addEventListener("dragover", (event) => {
  const lane = lifted && event.target.closest("[data-lane]")
  if (lifted) show(lane)
  if (lane) event.preventDefault()
})
document.addEventListener("drop", (event) => lifted && (event.preventDefault(), putDown(lifted, event.target.closest("[data-lane]"))))

document.getElementById(sessionStorage.getItem("put-down"))?.focus()
sessionStorage.removeItem("put-down")
