"""The local store: the only place that knows SQL. It hands out frozen domain records."""
