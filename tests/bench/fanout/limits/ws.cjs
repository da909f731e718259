// What a server in JavaScript can do at best: `ws`. Whoever connects to /push has every message sent to all others.
//     NODE_PATH=.venv/npm-fanout/node_modules node tests/bench/fanout/limits/ws.cjs PORT
const { WebSocketServer } = require("ws")

const server = new WebSocketServer({
  host: "127.0.0.1",
  port: Number(process.argv[2]),
  backlog: 4096,
  perMessageDeflate: false,
})
const viewers = new Set()

server.on("connection", (socket, request) => {
  socket.on("error", () => socket.terminate())
  if (request.url === "/push") {
    socket.on("message", (message) => {
      for (const viewer of viewers) viewer.send(message, { binary: false })
    })
    return
  }
  viewers.add(socket)
  socket.on("close", () => viewers.delete(socket))
})
