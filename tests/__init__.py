"""The tests of drtui."""
