"""Tests of the client over real sockets on this machine."""
