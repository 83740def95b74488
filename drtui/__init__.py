"""drtui: a keyboard-driven terminal console for AWS DeepRacer multi-user events."""

__version__ = "0.1.0"
