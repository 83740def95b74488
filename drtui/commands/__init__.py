"""What an admin does, one module per capability; keys and command line call the same functions.

A change is planned first, shown, and then submitted to the operation log; nothing here talks to
the network.
"""
