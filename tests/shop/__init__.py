"""A project that is not ours, with a page of 100 rows, and the same page without ``live``."""
