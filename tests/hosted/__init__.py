"""An app with pages that have an htmx of their own, and that bring parts of themselves later, by htmx."""
