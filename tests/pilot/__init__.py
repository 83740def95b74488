"""The console, driven key by key over a real store."""
