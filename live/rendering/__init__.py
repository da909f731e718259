"""A page and every later push must show the same: so there is one way to make HTML, and this is it.

``render`` turns a key into a ``Rendered``: a fragment's own HTML and its version. ``tree`` puts renderings together
with what they nest. ``markup`` says what HTML can be swapped into an open page, and ``seals`` prove to the server what
a page was given.
"""
