/* Search in a folder opened without a server: browsers refuse workers there, a hidden frame does their work. */
window.IFrameWorker = class extends EventTarget {
  constructor(url) {
    super()
    this.onmessage = null
    this.frame = document.createElement("iframe")
    this.frame.hidden = true
    const script = document.createElement("script")
    script.src = url
    this.waiting = new Promise((ready) => {
      this.frame.onload = () => {
        this.frame.onload = null
        const inside = this.frame.contentWindow
        inside.postMessage = (data) => this.answer(data)
        inside.importScripts = (...urls) => urls.reduce((before, next) => before.then(() => load(inside, next)), Promise.resolve())
        script.onload = ready
        inside.document.body.appendChild(script)
      }
    })
    this.frame.srcdoc = "<!doctype html><body></body>"
    document.body.appendChild(this.frame)
  }
  answer(data) {
    const event = new MessageEvent("message", { data })
    if (this.onmessage) this.onmessage(event)
    this.dispatchEvent(event)
  }
  postMessage(data) {
    this.waiting.then(() => this.frame.contentWindow.dispatchEvent(new MessageEvent("message", { data })))
  }
  terminate() {
    this.frame.remove()
  }
}

function load(inside, url) {
  return new Promise((done, failed) => {
    const script = inside.document.createElement("script")
    script.onload = done
    script.onerror = failed
    script.src = url
    inside.document.body.appendChild(script)
  })
}

if (location.protocol === "file:") window.Worker = window.IFrameWorker
