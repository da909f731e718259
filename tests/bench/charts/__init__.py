"""The parts of `make bench-charts`: the data, what is measured with it, the others, how it is measured, the table."""
