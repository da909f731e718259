"""A page's WebSocket: from the handshake to the close code, on any ASGI server, and best on ``server``.

``routing`` puts the socket beside Django's application, ``consumer`` takes what a page reports to the hub, and a
``connection`` takes the hub's frames to the page.
"""
