// Names to choose from while a link is typed (inputs with data-options="ADDRESS" and a list): asked for 150 ms after the
// last letter, and put into the list the input names. Without JavaScript the name is typed in full.
let timer
let asked = new AbortController()

const listOf = (input) => {
  const id = input.getAttribute("list")
  const list = document.getElementById(id) ?? document.createElement("datalist")
  if (!list.isConnected) {
    list.id = id
    document.body.append(list)
  }
  return list
}

const ask = async (input) => {
  asked.abort()
  asked = new AbortController()
  const address = `${input.dataset.options}?${new URLSearchParams({ q: input.value })}`
  const answer = await fetch(address, { signal: asked.signal }).catch(() => null)
  if (!answer?.ok) return
  const words = new DOMParser().parseFromString(`<datalist>${await answer.text()}</datalist>`, "text/html")
  listOf(input).replaceChildren(...words.querySelectorAll("option"))
}

document.addEventListener("input", ({ target, inputType }) => {
  // A chosen option is an input too, but not one that was typed.
  if (!target.matches?.("[data-options]") || !inputType || inputType === "insertReplacementText") return
  clearTimeout(timer)
  timer = setTimeout(() => ask(target), 150)
})
