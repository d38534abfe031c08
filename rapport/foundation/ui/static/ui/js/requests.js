// What every htmx request needs: the token that proves the page is ours, and words when it fails.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  const token = document.querySelector("meta[name=csrf]")
  if (token && detail.verb !== "get") detail.headers["X-CSRFToken"] = token.content
  if (detail.verb === "get") shorten(detail.formData)
})

// An address has an end, beyond which the server answers with nothing: what is asked by one is read by its beginning.
const shorten = (asked) => {
  for (const [name, value] of [...asked]) if (value.length > 1500) asked.set(name, value.slice(0, 1500))
}

// What the pointer presses stays until it is let go, for a press on what has gone is no click: an answer to letters typed
// before comes too late, and what is asked every second is asked again.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const asked = detail.requestConfig.elt
  if (asked.matches("[data-find] input, [hx-trigger^=every]") && detail.target.matches(":active")) detail.shouldSwap = false
})

const say = (id) => {
  const words = document.getElementById(id)
  if (words) document.getElementById("toasts")?.append(words.content.cloneNode(true))
}

document.addEventListener("htmx:responseError", ({ detail }) => {
  say([403, 404, 410].includes(detail.xhr.status) ? "toast-gone" : "toast-failed")
})
document.addEventListener("htmx:sendError", () => say("toast-offline"))
document.addEventListener("htmx:timeout", () => say("toast-offline"))
