"""The store, in a file of its own per test."""
