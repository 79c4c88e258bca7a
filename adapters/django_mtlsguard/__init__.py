"""mtlsguard for Django."""
