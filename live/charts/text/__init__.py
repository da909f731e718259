"""Numbers, money and times as people read them, and the text alternative of a chart. Imports no other room."""
