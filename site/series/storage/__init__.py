"""What is kept of series: the one way to write points (``write``) and the one way to read them (``query``)."""
