"""A browser says what it shows and wants to be kept up to date: it must get that, and nothing else.

``page`` is what one document shows. ``token`` signs that into the document, ``report`` reads what a browser says of
itself, ``identity`` knows whose sessions these are, and ``access`` answers who may see it, again and again while the
page is open; for all users at once where ``together`` can.
"""
