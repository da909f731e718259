"""Boards as code: what a board is as plain data, as YAML, and back."""
