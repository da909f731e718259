"""An app with a page of lists, and an address that changes what is in them."""
