"""EDGE: what changes while the service runs, read outside the requests and handed over whole."""
