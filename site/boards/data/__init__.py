"""From what a panel shows to its numbers: its lines, their names and colours, and the values of a range."""
