"""The agency service for major projects. Read app/README.md first, then app/domain/."""

__version__ = "1.0.0"
