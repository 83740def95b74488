"""AWS's own services in the sponsor's account: one module for each capability."""
