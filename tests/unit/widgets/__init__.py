"""The widgets on their own."""
