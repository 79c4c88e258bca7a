"""mtlsguard for Flask."""
