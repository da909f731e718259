"""One board for many hosts: variables that a board declares, and the values that somebody chooses for them."""
