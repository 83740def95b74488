"""Programs that are measured, each started in a process and a pty of its own."""
