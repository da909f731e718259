"""The settings of a board: what it is called, where it is, who may see and edit it; and deleting it."""
