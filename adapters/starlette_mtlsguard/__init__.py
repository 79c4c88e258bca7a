"""mtlsguard for Starlette and FastAPI."""
