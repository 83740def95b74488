"""Modal dialogs: each returns data, or None when it is left; none touches the store."""
