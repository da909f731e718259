"""What it costs to hand a frame to a server of sockets that is somebody else's, by its HTTP API, as Centrifugo's is."""

import asyncio
import json
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path

HOST, PUBLICATIONS = "127.0.0.1", 500


def cpu_seconds(html: str) -> float:
    """Of our CPU for one publication, over a connection that is kept open, to a server that takes it and says so."""
    sink = subprocess.Popen([sys.executable, Path(__file__)], stdout=subprocess.PIPE, text=True)
    try:
        assert sink.stdout is not None
        connection = HTTPConnection(HOST, int(sink.stdout.readline()), timeout=30)
        headers = {"Content-Type": "application/json", "X-API-Key": "secret"}
        began = time.process_time()
        for _ in range(PUBLICATIONS):
            body = json.dumps({"channel": "boards-panel-9", "data": {"html": html}})
            connection.request("POST", "/api/publish", body, headers)
            connection.getresponse().read()
        return (time.process_time() - began) / PUBLICATIONS
    finally:
        sink.terminate()
        sink.wait(10)


async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Requests of one connection."""
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            await reader.readexactly(int(head.partition(b"content-length:")[2].split()[0]))
            writer.write(
                b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{"result":{}}'
            )
    except asyncio.IncompleteReadError:
        writer.close()


async def main() -> None:
    server = await asyncio.start_server(take, HOST, 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
