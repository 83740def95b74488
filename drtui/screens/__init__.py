"""The screens, and what they ask of the commands."""
