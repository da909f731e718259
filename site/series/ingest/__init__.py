"""How points come in: a format parses a request into samples, which are written all or not at all."""
