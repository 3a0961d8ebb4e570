"""The persons on the owner's side; their values are private, masked for whoever need not see them."""
