"""The home page: the list of boards as cards, and series that are on no board yet."""
