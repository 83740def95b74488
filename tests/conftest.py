"""What all tests share."""

import os


def pytest_xdist_auto_num_workers() -> int:
    """One worker more than there are cores: much of a test is waiting for a frame or a reply."""
    return (os.cpu_count() or 1) + 1
