"""Where values stand in a plot, and the labels beside and below it. Imports `text` and `output`."""
