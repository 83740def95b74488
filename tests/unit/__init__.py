"""Tests without processes or sockets."""
