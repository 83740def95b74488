"""An embedded DeepRacer on AWS deployment on loopback, for demos and tests.

It imports nothing of the client, so that a mistake made there cannot cancel out here.
"""
