"""The sync engine: delivers the operation log to the deployment and keeps the store up to date."""
