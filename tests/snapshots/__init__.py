"""How screens and dialogs look."""
