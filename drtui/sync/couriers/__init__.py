"""Couriers: each carries the errands of one service out, by the domain's protocols alone."""
