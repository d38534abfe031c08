// Toasts leave after ten seconds, but stay while they are hovered or focused.
const STAY = 10_000

const watch = (toast) => {
  let timer
  const start = () => { clearTimeout(timer); timer = setTimeout(() => toast.remove(), STAY) }
  const stay = () => clearTimeout(timer)
  const held = () => toast.matches(":hover") || toast.contains(document.activeElement)
  for (const kind of ["mouseenter", "focusin"]) toast.addEventListener(kind, stay)
  for (const kind of ["mouseleave", "focusout"]) toast.addEventListener(kind, () => setTimeout(() => held() || start()))
  start()
}

const region = document.getElementById("toasts")
if (region) {
  for (const toast of region.querySelectorAll("[data-toast]")) watch(toast)
  new MutationObserver((changes) => {
    for (const node of changes.flatMap((change) => [...change.addedNodes])) {
      if (node.matches?.("[data-toast]")) watch(node)
    }
  }).observe(region, { childList: true })
}
