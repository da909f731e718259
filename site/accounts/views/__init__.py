"""Pages about people. All of it are plain forms."""
