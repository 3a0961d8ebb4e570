"""Whether an item can be filed, checked and stored beforehand; what a project's papers are used for."""
