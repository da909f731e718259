"""Boards are changed where they stand: who may, what is changed, its history, and the pages."""
