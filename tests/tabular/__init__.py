"""An app with a page whose table and list are fragments."""
