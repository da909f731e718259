"""How points are stored: the one way to write them (``write``) and the one way to read them (``query``)."""
