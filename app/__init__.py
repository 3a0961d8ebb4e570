"""The agency service for major projects. Read app/README.md first, then app/domain/."""
