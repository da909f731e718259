"""What of a panel can be taken away as a file: a picture, a table, CSV."""
