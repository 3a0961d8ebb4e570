"""How a project gets on: its materials, its milestones, and what was done without moving its stage."""
