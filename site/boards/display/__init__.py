"""A board on a screen that has no account: by a link of its own, or inside of a page of another site."""
