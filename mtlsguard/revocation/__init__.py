"""Is this certificate still good? (RFC 5280 section 6.3, RFC 6960)"""
